using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using ViSurf.Sdk;

namespace ViSurf.Training.Text;

/// <summary>Byte-level BPE as a Hugging Face folder describes it. Any text encodes.</summary>
public sealed class Tokenizer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly BpeTokenizer bpe;
    private readonly bool normalises;
    private readonly Regex? marks;
    private readonly Dictionary<int, byte[]> bytes = [];

    /// <summary>Reads tokenizer.json.</summary>
    /// <exception cref="Fault">The file is missing, damaged or of another kind.</exception>
    public Tokenizer(string path)
        : this(TokenizerParts.OfFile(path), path)
    {
    }

    private Tokenizer(TokenizerParts parts, string path)
    {
        try
        {
            normalises = parts.Normalises;
            Special = parts.Added;
            bpe = BpeTokenizer.Create(new BpeOptions(parts.Vocabulary)
            {
                Merges = parts.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
                ByteLevel = true,
                PreTokenizer = new PieceSplitter(new Regex(parts.Split, RegexOptions.CultureInvariant, Patience)),
            });
            marks = Special.Count == 0 ? null : new Regex(string.Join('|',
                Special.Keys.OrderByDescending(token => token.Length).Select(Regex.Escape)), RegexOptions.CultureInvariant, Patience);
            Remember(parts.Vocabulary);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"is no byte-level BPE tokenizer: {e.Message}", e);
        }
    }

    /// <summary>Tokens with a meaning of their own, by text. They never come out of <see cref="Encode"/>.</summary>
    public IReadOnlyDictionary<string, int> Special { get; }

    /// <summary>One more than the largest id.</summary>
    public int Count { get; private set; }

    /// <summary>Reads a folder's tokenizer.json, or its vocab.json and merges.txt where it has none.</summary>
    /// <exception cref="Fault">A file is missing, damaged or of another kind.</exception>
    public static Tokenizer OfFolder(string folder)
    {
        string path = Path.Combine(folder, "tokenizer.json");
        string vocabulary = Path.Combine(folder, "vocab.json");
        return File.Exists(path) || !File.Exists(vocabulary) ? new(path) : new(TokenizerParts.OfVocabulary(folder), vocabulary);
    }

    /// <summary>Encodes plain text: what looks like a special token is encoded letter by letter, so no user can type one.</summary>
    public int[] Encode(string text) => [.. bpe.EncodeToIds(Normal(text), considerPreTokenization: true, considerNormalization: false)];

    /// <summary>Encodes a text of the program's own: special tokens in it become themselves. Never for what a user wrote.</summary>
    public int[] EncodeMarked(string text)
    {
        List<int> ids = [];
        int end = 0;
        for (Match? mark = marks?.Match(text); mark is { Success: true }; mark = mark.NextMatch())
        {
            ids.AddRange(Encode(text[end..mark.Index]));
            ids.Add(Special[mark.Value]);
            end = mark.Index + mark.Length;
        }

        return [.. ids, .. Encode(text[end..])];
    }

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

    private string Normal(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        // Half a code point stands for nothing in UTF-8: it becomes U+FFFD there, and here.
        string whole = text.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
        if (!normalises)
        {
            return whole;
        }

        // Without ICU .NET leaves text as it is, silently.
        Fault.Unless("e\u0301".Normalize(NormalizationForm.FormC).Length == 1, FaultCode.SpecInvalid, "tokenizer",
            "needs Unicode normalisation (NFC), which .NET has only with libicu installed and globalization-invariant mode off");
        return whole.Normalize(NormalizationForm.FormC);
    }
}
