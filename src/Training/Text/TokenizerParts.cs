using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Training.Text;

/// <summary>What a byte-level BPE tokenizer is made of, as a model folder stores it.</summary>
/// <param name="Vocabulary">Ids of tokens spelt in byte letters.</param>
/// <param name="Merges">Pairs of tokens, the first to be merged first.</param>
/// <param name="Added">Tokens with a meaning of their own, by text.</param>
/// <param name="Split">The pattern that cuts a text into the pieces within which tokens are merged.</param>
internal sealed record TokenizerParts(
    Dictionary<string, int> Vocabulary, (string Left, string Right)[] Merges, Dictionary<string, int> Added, string Split, bool Normalises)
{
    /// <summary>The pattern that Qwen2's tokenizer has in code, for folders without a tokenizer.json.</summary>
    private const string QwenSplit = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
        + @"|\s+(?!\S)|\s+";

    private const int IdMax = 10_000_000;

    /// <summary>Reads a tokenizer.json.</summary>
    /// <exception cref="Fault">NotFound or FileDamaged.</exception>
    public static TokenizerParts OfFile(string path) => Read(path, () =>
    {
        JsonObject root = Json(path);
        JsonNode model = root["model"]!;
        Demand(model["type"]?.GetValue<string>() == "BPE", "has a model of another type than BPE");
        return new(
            model["vocab"]!.Deserialize<Dictionary<string, int>>()!,
            [.. ((JsonArray)model["merges"]!).Select(Pair)],
            ((JsonArray)root["added_tokens"]!)
                .ToDictionary(token => token!["content"]!.GetValue<string>(), token => token!["id"]!.GetValue<int>()),
            SplitOf(root),
            root["normalizer"]?["type"]?.GetValue<string>() == "NFC");
    });

    /// <summary>Reads vocab.json and merges.txt, with the added tokens of tokenizer_config.json or added_tokens.json.</summary>
    /// <exception cref="Fault">NotFound or FileDamaged.</exception>
    public static TokenizerParts OfVocabulary(string folder)
    {
        string merges = Path.Combine(folder, "merges.txt");
        string vocabulary = Path.Combine(folder, "vocab.json");
        Fault.Unless(File.Exists(merges), FaultCode.NotFound, merges, "does not exist");
        return Read(vocabulary, () => new(
            Json(vocabulary).Deserialize<Dictionary<string, int>>()!,
            [.. File.ReadLines(merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
                .Select(line => Pair((JsonNode)line))],
            AddedOf(folder),
            QwenSplit,
            Normalises: true));
    }

    private static Dictionary<string, int> AddedOf(string folder)
    {
        string config = Path.Combine(folder, "tokenizer_config.json");
        string plain = Path.Combine(folder, "added_tokens.json");
        return File.Exists(config) && Json(config)["added_tokens_decoder"] is JsonObject added
            ? added.ToDictionary(pair => pair.Value!["content"]!.GetValue<string>(), pair => int.Parse(pair.Key))
            : File.Exists(plain) ? Json(plain).Deserialize<Dictionary<string, int>>()! : [];
    }

    private static TokenizerParts Read(string path, Func<TokenizerParts> read)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        try
        {
            TokenizerParts parts = read();
            parts.Check();
            return parts;
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or ArgumentException
            or InvalidCastException or FormatException or OverflowException or KeyNotFoundException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"is no byte-level BPE tokenizer: {e.Message}", e);
        }
    }

    private void Check()
    {
        Demand(Vocabulary.Count > 0, "has no vocabulary");
        Demand(Vocabulary.Values.Concat(Added.Values).All(id => id is >= 0 and <= IdMax), $"has an id outside 0 to {IdMax}");
        Demand(Vocabulary.Values.Distinct().Count() == Vocabulary.Count && Added.Values.Distinct().Count() == Added.Count,
            "has two tokens with one id");
        Demand(!Added.ContainsKey(""), "has an added token without text");
        foreach ((string left, string right) in Merges)
        {
            Demand(Vocabulary.ContainsKey(left) && Vocabulary.ContainsKey(right) && Vocabulary.ContainsKey(left + right),
                $"merges '{left}' and '{right}', which are not in the vocabulary with what they make");
        }

        for (int value = 0; value < 256; value++)
        {
            Demand(Vocabulary.ContainsKey(ByteLetters.Of([(byte)value])), $"has no token for byte {value}");
        }
    }

    private static (string, string) Pair(JsonNode? merge)
    {
        string[] parts = merge is JsonArray pair
            ? [.. pair.Select(part => part!.GetValue<string>())]
            : merge!.GetValue<string>().Split(' ');
        Demand(parts.Length == 2, $"has a merge of {parts.Length} parts");
        return (parts[0], parts[1]);
    }

    private static string SplitOf(JsonObject root)
    {
        JsonNode pre = root["pre_tokenizer"]!;
        IEnumerable<JsonNode?> parts = pre["pretokenizers"] is JsonArray several ? several : [pre];
        JsonNode split = parts.FirstOrDefault(part => part!["type"]!.GetValue<string>() == "Split")
            ?? throw new FormatException("pre_tokenizer has no Split");
        Demand(split["behavior"]?.GetValue<string>() is null or "Isolated" && split["invert"]?.GetValue<bool>() is null or false,
            "has a Split that is not isolated");
        return split["pattern"]!["Regex"]!.GetValue<string>();
    }

    private static JsonObject Json(string path) =>
        (JsonObject)JsonNode.Parse(File.ReadAllBytes(path), documentOptions: new() { AllowDuplicateProperties = false })!;

    private static void Demand(bool holds, string reason)
    {
        if (!holds)
        {
            throw new FormatException(reason);
        }
    }
}
