using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using ViSurf.Sdk;

namespace ViSurf.Training.Text;

/// <summary>Cuts a text into pieces by a pattern, a code point being one letter whatever its place in Unicode.</summary>
/// <remarks>
/// The reference's patterns see code points, .NET's see halves of them above U+FFFF. So each such code point is replaced, for the match
/// alone, by one letter of its class.
/// </remarks>
internal sealed class PieceSplitter(Regex pattern) : PreTokenizer
{
    private const char Letter = '\u07ca'; // neither upper nor lower case
    private const char Digit = '\u07c1';
    private const char Mark = '\u0301';
    private const char Other = '\u2603';

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => Cut(text);

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => Cut(new(text));

    private List<(int, int)> Cut(string text)
    {
        int[]? places = null;
        string seen = text.Any(char.IsSurrogate) ? StandIns(text, out places) : text;
        List<(int, int)> pieces = [];
        int end = 0;
        try
        {
            for (Match match = pattern.Match(seen); match.Success; match = match.NextMatch())
            {
                Add(end, match.Index);
                Add(match.Index, match.Index + match.Length);
                end = match.Index + match.Length;
            }
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new Fault(FaultCode.FileDamaged, "tokenizer", $"has a pattern that takes too long on a text: {pattern}", e);
        }

        Add(end, seen.Length);
        return pieces;

        void Add(int from, int to)
        {
            if (to > from)
            {
                int first = places?[from] ?? from;
                pieces.Add((first, (places?[to] ?? to) - first));
            }
        }
    }

    // One letter for each code point, and where each begins.
    private static string StandIns(string text, out int[] places)
    {
        StringBuilder seen = new(text.Length);
        List<int> starts = [];
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            starts.Add(at);
            at += rune.Utf16SequenceLength;
            seen.Append(rune.IsBmp ? (char)rune.Value
                : Rune.IsLetter(rune) ? Letter
                : Rune.IsNumber(rune) ? Digit
                : Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark ? Mark
                : Other);
        }

        starts.Add(at);
        places = [.. starts];
        return seen.ToString();
    }
}
