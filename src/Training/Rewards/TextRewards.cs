using ViSurf.Training.Answers;

namespace ViSurf.Training.Rewards;

/// <summary>1 for the right text, 0.1 for another answer, 0 for none.</summary>
[Named("exact-answer", Source = "Seg-Zero's math reward code")]
public sealed class ExactAnswerReward : Reward
{
    public override double Max => 1;

    public override double Judge(ParsedResponse response, Truth truth, Thresholds thresholds) => response.Answer switch
    {
        null or "" => 0,
        var answer => string.Equals(answer, truth.Text, StringComparison.OrdinalIgnoreCase) ? 1 : 0.1,
    };
}

/// <summary>1 where answer and truth agree on whether there is anything at all; an unreadable answer decides nothing.</summary>
[Named("decision", Source = "arXiv:2510.10606, evaluation code: anomaly decision")]
public sealed class DecisionReward : Reward
{
    public override double Max => 1;

    public override double Judge(ParsedResponse response, Truth truth, Thresholds thresholds) =>
        response.Objects is { } objects && (objects.Count == 0) == (truth.Objects.Count == 0) ? 1 : 0;
}
