using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ViSurf.Training.Text;

/// <summary>Makes the tokenizer.json of a small model: bytes, merges learnt from its texts, Qwen's special tokens.</summary>
internal static class TokenizerFile
{
    /// <summary>Words keep a leading space, runs of marks also inner and trailing ones, tags stay whole, numbers go two digits at
    /// a time.</summary>
    public const string Split = @"</?[A-Za-z]+>|\p{N}{1,2}| ?[\p{L}_]\w*| ?[^\s\w<]+(?: [^\s\w<]+)* ?|\s+|[\s\S]";

    /// <summary>The special tokens, in the order of their ids, which are the last ones.</summary>
    public static readonly string[] Special =
    [
        "<|endoftext|>", "<|im_start|>", "<|im_end|>",
        "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
    ];

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Learns and writes; returns the number of tokens.</summary>
    public static int Write(string path, IEnumerable<string> texts, int mergesMax)
    {
        List<(string Left, string Right)> merges = BpeTrainer.Learn(texts, new Regex(Split, RegexOptions.CultureInvariant), mergesMax);
        string[] tokens = [.. Enumerable.Range(0, 256).Select(value => ByteLetters.Of([(byte)value])),
            .. merges.Select(merge => merge.Left + merge.Right)];
        JsonObject root = new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. Special.Select((token, i) => Added(token, tokens.Length + i))]),
            ["normalizer"] = new JsonObject { ["type"] = "NFC" },
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Split",
                        ["pattern"] = new JsonObject { ["Regex"] = Split },
                        ["behavior"] = "Isolated",
                        ["invert"] = false,
                    },
                    ByteLevel()),
            },
            ["post_processor"] = ByteLevel(),
            ["decoder"] = ByteLevel(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = "",
                ["end_of_word_suffix"] = "",
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)$"{merge.Left} {merge.Right}")]),
            },
        };
        File.WriteAllText(path, root.ToJsonString(Readable) + "\n");
        return tokens.Length + Special.Length;
    }

    private static JsonObject ByteLevel() => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = false,
        ["use_regex"] = false,
    };

    private static JsonObject Added(string token, int id) => new()
    {
        ["id"] = id,
        ["content"] = token,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };
}
