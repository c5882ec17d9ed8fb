using ViSurf.Training.Geometry;

namespace ViSurf.Training.Answers;

/// <summary>A response's parts, for rewards and metrics. Any text has them; what is missing is null.</summary>
/// <remarks>Read in one pass, so that a long text of nothing but tags takes no longer than another.</remarks>
public sealed class ParsedResponse
{
    private const string OpenThought = "<think>";
    private const string CloseThought = "</think>";
    private const string OpenAnswer = "<answer>";
    private const string CloseAnswer = "</answer>";

    public ParsedResponse(string text)
    {
        Text = text;
        (int answer, Answer) = Block(text, OpenAnswer, CloseAnswer);
        Objects = Answer is null ? null : ObjectList.TryParse(Answer);
        (int thought, _) = Block(text, OpenThought, CloseThought);
        HasThought = thought >= 0 && (answer < 0 || thought < answer);
        BeforeAnswer = HasThought && answer >= 0 ? text[..answer] : null;
        IsWellFormed = text.StartsWith(OpenThought, StringComparison.Ordinal) && text.EndsWith(CloseAnswer, StringComparison.Ordinal)
            && FindAnswerAfterThought(text) is var at and >= 0 && at + OpenAnswer.Length <= text.Length - CloseAnswer.Length;
    }

    /// <summary>The whole text, without end tokens.</summary>
    public string Text { get; }

    /// <summary>What stands between the first answer tags.</summary>
    public string? Answer { get; }

    /// <summary>The answer as a list of objects; null where it is none. An unreadable answer is never an empty list.</summary>
    public IReadOnlyList<Located>? Objects { get; }

    /// <summary>Whether a thought stands before the answer, or alone.</summary>
    public bool HasThought { get; }

    /// <summary>What stands before the answer, where a thought does and an answer follows; else null.</summary>
    public string? BeforeAnswer { get; }

    /// <summary>Thought, then answer, and nothing else but white space between.</summary>
    public bool IsWellFormed { get; }

    private static (int At, string? Inside) Block(string text, string open, string close)
    {
        int at = text.IndexOf(open, StringComparison.Ordinal);
        int end = at < 0 ? -1 : text.IndexOf(close, at + open.Length, StringComparison.Ordinal);
        return end < 0 ? (-1, null) : (at, text[(at + open.Length)..end].Trim());
    }

    // The first answer that follows the end of a thought; -1 where none does.
    private static int FindAnswerAfterThought(string text)
    {
        int close = text.IndexOf(CloseThought, OpenThought.Length, StringComparison.Ordinal);
        while (close >= 0)
        {
            int at = close + CloseThought.Length;
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (text.AsSpan(at).StartsWith(OpenAnswer))
            {
                return at;
            }

            close = text.IndexOf(CloseThought, at, StringComparison.Ordinal);
        }

        return -1;
    }
}
