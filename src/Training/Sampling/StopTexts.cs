using System.Text;
using ViSurf.Sdk;

namespace ViSurf.Training.Sampling;

/// <summary>Texts that end a response, wherever the tokens break them.</summary>
public sealed class StopTexts
{
    private readonly string[] texts;
    private readonly Func<IEnumerable<int>, string> decode;
    private readonly int bytes;

    /// <param name="decode">The text of tokens; each token stands for a byte at least, or for nothing and is not drawn.</param>
    /// <exception cref="Fault">SpecInvalid: a text is empty.</exception>
    public StopTexts(IReadOnlyList<string> texts, Func<IEnumerable<int>, string> decode)
    {
        Fault.Unless(!texts.Contains(""), FaultCode.SpecInvalid, "sampling.stop", "has an empty text; allowed: texts of a letter or more");
        this.texts = [.. texts];
        this.decode = decode;
        bytes = texts.Max(text => (int?)Encoding.UTF8.GetByteCount(text)) ?? 0;
    }

    /// <summary>Whether the last token completes a text. Asked after every token, so what lies before held none.</summary>
    public bool IsReached(List<int> tokens)
    {
        // A text of n bytes that ends in the last token began at most n tokens ago.
        int from = Math.Max(0, tokens.Count - bytes);
        string tail = decode(tokens.GetRange(from, tokens.Count - from));
        return texts.Any(text => tail.Contains(text, StringComparison.Ordinal));
    }
}
