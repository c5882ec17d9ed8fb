using System.Text.Json.Serialization;

namespace ViSurf.Training.Benchmarks;

/// <summary>A number over scored items: the mean of the items of some cells, the harmonic mean of two such means, or how well a score
/// tells them apart.</summary>
public sealed record Metric(string Name, Func<IReadOnlyList<ItemScore>, double> Of)
{
    /// <summary>The cells whose items it is the mean of; null where it is no mean of items.</summary>
    public Func<string, bool>? Cells { get; private init; }

    /// <summary>Mean score of the items whose cell fits; not a number where none does.</summary>
    public static Metric Mean(string name, Func<string, bool> cells) => new(name, items => MeanOf(items, cells)) { Cells = cells };

    /// <summary>2 a b / (a + b): a constant answer, which wins one and loses the other, gets 0.</summary>
    public static Metric Harmonic(string name, Func<string, bool> first, Func<string, bool> second) => new(name, items =>
    {
        (double a, double b) = (MeanOf(items, first), MeanOf(items, second));
        return a + b == 0 ? 0 : 2 * a * b / (a + b);
    });

    /// <summary>How well <see cref="ItemScore.AbsentLogProb"/> tells the cells where nothing is there from the others, as
    /// <see cref="Statistics.Auroc"/>; not a number where one kind has no items, or any item was stored without it.</summary>
    public static Metric Auroc(string name, Func<string, bool> absent, Func<string, bool> present) => new(name, items =>
    {
        List<double> positives = [];
        List<double> negatives = [];
        foreach (ItemScore item in items)
        {
            List<double>? side = absent(item.Cell) ? positives : present(item.Cell) ? negatives : null;
            side?.Add(item.AbsentLogProb ?? double.NaN);
        }

        return Statistics.Auroc.Of(positives, negatives);
    });

    private static double MeanOf(IReadOnlyList<ItemScore> items, Func<string, bool> cells)
    {
        (double sum, int count) = (0, 0);
        foreach (ItemScore item in items)
        {
            if (cells(item.Cell))
            {
                sum += item.Score;
                count++;
            }
        }

        return sum / count;
    }
}

/// <summary>One test item's outcome.</summary>
/// <param name="Score">1 where the answer is right, else 0.</param>
/// <param name="HasThought">Whether a thought stood before the answer.</param>
/// <param name="IsParsed">Whether the answer could be read.</param>
/// <param name="Concept">What it asks about; null where it is like no other, and in results that were stored before this was.</param>
public sealed record ItemScore(
    string Id,
    string Cell,
    string Output,
    double Score,
    bool HasThought,
    bool IsParsed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Concept = null)
{
    /// <summary>The log-probability of the answer that nothing is there, as <see cref="Evaluation.AbsenceScorer"/> has it; null where the
    /// benchmark doesn't ask that or responses are drawn, and in results that were stored before this was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? AbsentLogProb { get; init; }
}
