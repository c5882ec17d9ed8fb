using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using ViSurf.Sdk;

namespace ViSurf.Training.Text;

/// <summary>Byte-level BPE as a Hugging Face tokenizer.json describes it. Any text encodes.</summary>
public sealed class Tokenizer
{
    private readonly BpeTokenizer bpe;
    private readonly bool normalises;
    private readonly Dictionary<int, byte[]> bytes = [];

    /// <summary>Reads tokenizer.json.</summary>
    /// <exception cref="Fault">The file is missing, damaged or of another kind.</exception>
    public Tokenizer(string path)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        try
        {
            JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
            JsonNode model = root["model"]!;
            Fault.Unless(model["type"]!.GetValue<string>() == "BPE", FaultCode.FileDamaged, path, "has a model of another type than BPE");
            normalises = root["normalizer"]?["type"]?.GetValue<string>() == "NFC";
            Special = ((JsonArray)root["added_tokens"]!)
                .ToDictionary(token => token!["content"]!.GetValue<string>(), token => token!["id"]!.GetValue<int>());
            Dictionary<string, int> vocabulary = model["vocab"]!.Deserialize<Dictionary<string, int>>()!;
            bpe = BpeTokenizer.Create(new BpeOptions(vocabulary)
            {
                Merges = ((JsonArray)model["merges"]!)
                    .Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : merge!.GetValue<string>()),
                ByteLevel = true,
                PreTokenizer = new RegexPreTokenizer(new Regex(SplitPattern(root), RegexOptions.CultureInvariant), null),
            });
            Remember(vocabulary);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or ArgumentException
            or InvalidCastException or FormatException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"is no byte-level BPE tokenizer: {e.Message}", e);
        }
    }

    /// <summary>Tokens with a meaning of their own, by text. They never come out of <see cref="Encode"/>.</summary>
    public IReadOnlyDictionary<string, int> Special { get; }

    /// <summary>One more than the largest id.</summary>
    public int Count { get; private set; }

    /// <summary>Encodes plain text: what looks like a special token is encoded letter by letter, so no user can type one.</summary>
    public int[] Encode(string text) => [.. bpe.EncodeToIds(Normal(text), considerPreTokenization: true, considerNormalization: false)];

    /// <summary>Decodes ids; special and unknown ones are left out, broken UTF-8 becomes U+FFFD.</summary>
    public string Decode(IEnumerable<int> ids)
    {
        using MemoryStream all = new();
        foreach (int id in ids)
        {
            if (bytes.TryGetValue(id, out byte[]? some))
            {
                all.Write(some);
            }
        }

        return Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)all.Length);
    }

    /// <summary>Ids that a model with this many words must never draw: special ones, and those that stand for nothing.</summary>
    public IReadOnlyList<int> Undrawable(int words, IReadOnlyCollection<int> allowed) =>
        [.. Enumerable.Range(0, words).Where(id => !bytes.ContainsKey(id) && !allowed.Contains(id))];

    private void Remember(Dictionary<string, int> vocabulary)
    {
        foreach ((string token, int id) in vocabulary)
        {
            if (!Special.ContainsKey(token))
            {
                bytes[id] = ByteLetters.Back(token) ?? throw new FormatException($"token '{token}' is not made of byte letters");
            }
        }

        Count = vocabulary.Values.Concat(Special.Values).Max() + 1;
    }

    private static string SplitPattern(JsonNode root)
    {
        JsonNode pre = root["pre_tokenizer"]!;
        IEnumerable<JsonNode?> parts = pre["pretokenizers"] is JsonArray several ? several : [pre];
        JsonNode split = parts.FirstOrDefault(part => part!["type"]!.GetValue<string>() == "Split")
            ?? throw new FormatException("pre_tokenizer has no Split");
        return split["pattern"]!["Regex"]!.GetValue<string>();
    }

    private string Normal(string text)
    {
        if (!normalises || Ascii.IsValid(text))
        {
            return text;
        }

        // Without ICU .NET leaves text as it is, silently.
        Fault.Unless("e\u0301".Normalize(NormalizationForm.FormC).Length == 1, FaultCode.SpecInvalid, "tokenizer",
            "needs Unicode normalisation (NFC), which .NET has only with libicu installed and globalization-invariant mode off");
        return text.Normalize(NormalizationForm.FormC);
    }
}
