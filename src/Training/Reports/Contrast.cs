using ViSurf.Sdk;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>One row against another in one measure, as a test has it.</summary>
/// <param name="Difference">Its interval is over what the test is over: seeds, items or concepts.</param>
/// <param name="Holm">The test's p, corrected for all contrasts of the report.</param>
public sealed record Contrast(string Row, string Other, string Measure, Interval Difference, double P, double Holm)
{
    private const double Level = 0.05;

    /// <summary>Cohen's d over seeds; null where the test is another than the paired t.</summary>
    public double? EffectSize { get; init; }

    /// <summary>The least difference that a paired t over so many seeds finds four times in five, as these scatter; else null.</summary>
    public double? Detectable { get; init; }

    /// <summary>Whether it is found after the correction.</summary>
    public bool IsSignificant => Holm < Level;

    /// <summary>Each pair of rows in each measure, corrected together. What the test cannot test is left out.</summary>
    /// <param name="measures">Places of the measures in the table.</param>
    public static IReadOnlyList<Contrast> Of(
        StudyTable table, ReportTest test, IReadOnlyList<RowPair> pairs, IReadOnlyList<int> measures)
    {
        if (test == ReportTest.None)
        {
            return [];
        }

        return [.. Corrected([
            .. from pair in pairs
               from measure in measures
               select ContrastTests.Of(table, test, pair, measure),
        ]).OfType<Contrast>()];
    }

    /// <summary>The contrasts with their p corrected together; what tested nothing stays null.</summary>
    internal static IReadOnlyList<Contrast?> Corrected(IReadOnlyList<Contrast?> all)
    {
        Queue<double> corrected = new(Statistics.Holm.Adjust([.. all.OfType<Contrast>().Select(contrast => contrast.P)]));
        return [.. all.Select(contrast => contrast is null ? null : contrast with { Holm = corrected.Dequeue() })];
    }
}

/// <summary>Two rows of a table that are compared: what the first has more.</summary>
public readonly record struct RowPair(string Row, string Other);
