using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ViSurf.Training.Text;

namespace ViSurf.Tests.Golden;

public sealed class QwenTokenizer : IDisposable
{
    public QwenTokenizer()
    {
        using FileStream packed = File.OpenRead(Fixtures.Path("tokenizer", "qwen3_tokenizer.json.gz"));
        using GZipStream unpacked = new(packed, CompressionMode.Decompress);
        using (FileStream file = File.Create(Path.Combine(Folder, "tokenizer.json")))
        {
            unpacked.CopyTo(file);
        }

        Tokenizer = Tokenizer.OfFolder(Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("visurf-qwen-").FullName;

    public Tokenizer Tokenizer { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>The tokenizer of the published models gives the ids of the reference.</summary>
public class TokenizerTests(QwenTokenizer qwen) : IClassFixture<QwenTokenizer>
{
    private static readonly JsonNode[] Rows =
        [.. File.ReadLines(Fixtures.Path("tokenizer", "qwen_parity.jsonl")).Select(line => JsonNode.Parse(line)!)];

    private readonly Tokenizer tokenizer = qwen.Tokenizer;

    [Fact]
    public void All_254_texts_become_the_ids_of_the_reference()
    {
        Assert.Equal(254, Rows.Length);
        Assert.All(Rows, row => Assert.Equal(Ids(row), tokenizer.EncodeMarked(row["text"]!.GetValue<string>())));
    }

    [Fact]
    public void What_users_write_becomes_the_same_ids_unless_it_names_a_special_token()
    {
        JsonNode[] plain = [.. Rows.Where(row => Ids(row).All(id => !tokenizer.Special.Values.Contains(id)))];
        Assert.InRange(plain.Length, 200, 254);
        Assert.All(plain, row => Assert.Equal(Ids(row), tokenizer.Encode(row["text"]!.GetValue<string>())));
    }

    [Fact]
    public void A_tokenizer_of_vocab_and_merges_is_the_same()
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(Path.Combine(qwen.Folder, "tokenizer.json")))!;
        using Scratch scratch = new();
        File.WriteAllText(scratch.File("vocab.json"), root["model"]!["vocab"]!.ToJsonString());
        File.WriteAllLines(scratch.File("merges.txt"), ["#version: 0.2", .. root["model"]!["merges"]!.AsArray()
            .Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : merge!.GetValue<string>())]);
        JsonObject added = new(root["added_tokens"]!.AsArray().Select(token => KeyValuePair.Create(token!["id"]!.ToString(),
            (JsonNode?)new JsonObject { ["content"] = token["content"]!.GetValue<string>(), ["special"] = true })));
        File.WriteAllText(scratch.File("tokenizer_config.json"), new JsonObject { ["added_tokens_decoder"] = added }.ToJsonString());
        Tokenizer same = Tokenizer.OfFolder(scratch.Path);
        Assert.Equal(tokenizer.Count, same.Count);
        Assert.All(Rows, row => Assert.Equal(Ids(row), same.EncodeMarked(row["text"]!.GetValue<string>())));
    }

    [Theory]
    [InlineData("e\u0301", "\u00e9")] // composed first
    [InlineData("\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 \ud83c\uddeb\ud83c\uddf7", null)]
    [InlineData("   \t \r\n\r\n  x   ", null)]
    [InlineData("\u3000\u00a0\u2003 x", null)]
    [InlineData("\0\u0001\u007f", null)]
    public void Unusual_texts_come_back_composed(string text, string? expected) =>
        Assert.Equal(expected ?? text, tokenizer.Decode(tokenizer.Encode(text)));

    [Fact]
    public void Any_text_comes_back_composed() => Gen.String.Sample(text =>
        Assert.Equal(Whole(text).Normalize(NormalizationForm.FormC), tokenizer.Decode(tokenizer.Encode(text))));

    // No attribute can carry half a code point.
    [Fact]
    public void Half_a_code_point_becomes_the_replacement() => Assert.All(
        [("\ud83d", "\ufffd"), ("a\udc00b", "a\ufffdb"), ("\udc00\ud83d", "\ufffd\ufffd")],
        ((string Text, string Expected) pair) => Assert.Equal(pair.Expected, tokenizer.Decode(tokenizer.Encode(pair.Text))));

    [Fact]
    public void Nobody_can_type_a_special_token()
    {
        Assert.Equal(26, tokenizer.Special.Count);
        Assert.All(tokenizer.Special.Keys, special =>
        {
            string request = $"find {special}the cat{special}";
            int[] ids = tokenizer.Encode(request);
            Assert.DoesNotContain(ids, id => tokenizer.Special.Values.Contains(id));
            Assert.Equal(request, tokenizer.Decode(ids));
        });
    }

    private static int[] Ids(JsonNode row) => [.. row["ids"]!.AsArray().Select(id => id!.GetValue<int>())];

    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
