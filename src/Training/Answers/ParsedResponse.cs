using System.Text.RegularExpressions;
using ViSurf.Training.Geometry;

namespace ViSurf.Training.Answers;

/// <summary>A response's parts, for rewards and metrics. Any text has them; what is missing is null.</summary>
public sealed partial class ParsedResponse
{
    public ParsedResponse(string text)
    {
        Text = text;
        Match answer = AnswerBlock().Match(text);
        Answer = answer.Success ? answer.Groups[1].Value.Trim() : null;
        Objects = Answer is null ? null : ObjectList.TryParse(Answer);
        HasThought = ThoughtBlock().IsMatch(text);
        IsWellFormed = WholeForm().IsMatch(text);
    }

    /// <summary>The whole text, without end tokens.</summary>
    public string Text { get; }

    /// <summary>What stands between the first answer tags.</summary>
    public string? Answer { get; }

    /// <summary>The answer as a list of objects; null where it is none. An unreadable answer is never an empty list.</summary>
    public IReadOnlyList<Located>? Objects { get; }

    /// <summary>Whether a thought stands before the answer.</summary>
    public bool HasThought { get; }

    /// <summary>Thought, then answer, and nothing else.</summary>
    public bool IsWellFormed { get; }

    [GeneratedRegex(@"<answer>(.*?)</answer>", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex AnswerBlock();

    [GeneratedRegex(@"<think>.*?</think>", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex ThoughtBlock();

    [GeneratedRegex(@"\A<think>.*?</think>\s*<answer>.*?</answer>\z", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex WholeForm();
}
