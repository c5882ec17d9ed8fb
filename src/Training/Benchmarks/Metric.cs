using System.Text.Json.Serialization;

namespace ViSurf.Training.Benchmarks;

/// <summary>A number over scored items: the mean of the items of some cells, or the harmonic mean of two such means.</summary>
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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Concept = null);
