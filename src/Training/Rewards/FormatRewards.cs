using ViSurf.Training.Answers;

namespace ViSurf.Training.Rewards;

/// <summary>1 where the whole response is a thought and then an answer.</summary>
[Named("think-format", Source = "arXiv:2505.12081, sec. 3.3; Seg-Zero's reward code")]
public sealed class ThinkFormatReward : Reward
{
    public override double Max => 1;

    public override bool IsForThinking => true;

    public override double Judge(ParsedResponse response, Truth truth, Thresholds thresholds) => response.IsWellFormed ? 1 : 0;
}

/// <summary>Up to 2: for each object 1 for a readable box and 1 for a readable point, averaged; 2 for a readable empty list.</summary>
/// <remarks>The source gives an empty list 0, which would teach a model to invent objects.</remarks>
[Named("answer-format", Source = "arXiv:2505.12081, sec. 3.3; Seg-Zero's reward code")]
public sealed class AnswerFormatReward : Reward
{
    public override double Max => 2;

    public override double Judge(ParsedResponse response, Truth truth, Thresholds thresholds) => response.Objects switch
    {
        null => 0,
        [] => 2,
        var objects => objects.Average(one => (one.Box is null ? 0.0 : 1) + (one.Point is null ? 0 : 1)),
    };
}

/// <summary>1 while at most one sentence is said again; sentences end at full stops.</summary>
[Named("non-repeat", Source = "arXiv:2505.12081, sec. 3.3; Seg-Zero's reward code")]
public sealed class NonRepeatReward : Reward
{
    public override double Max => 1;

    public override double Judge(ParsedResponse response, Truth truth, Thresholds thresholds)
    {
        HashSet<string> seen = [];
        int repeated = response.Text.Split('.').Select(sentence => sentence.Trim())
            .Count(sentence => sentence.Length > 0 && !seen.Add(sentence));
        return repeated < 2 ? 1 : 0;
    }
}
