using System.Diagnostics;
using ViSurf.Sdk;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>The tests that a report offers, on two rows and one measure.</summary>
internal static class ContrastTests
{
    public static bool IsOverSeeds(ReportTest test) => test is ReportTest.PairedT or ReportTest.Wilcoxon;

    /// <summary>Whether it wants a value of each item.</summary>
    public static bool WantsItems(ReportTest test) => test is ReportTest.McNemar or ReportTest.WilcoxonItems;

    /// <summary>What the interval of a difference is over.</summary>
    public static string Over(ReportTest test) =>
        IsOverSeeds(test) ? "seeds" : test == ReportTest.ClusteredBootstrap ? "concepts" : "items";

    /// <returns>Null where the measure is no mean of items and the test wants one, and where p is not a number.</returns>
    public static Contrast? Of(StudyTable table, ReportTest test, RowPair pair, int measure)
    {
        if (WantsItems(test) && table.Measures[measure].Items is null)
        {
            return null;
        }

        IReadOnlyList<double> differences = table.Differences(pair.Row, pair.Other, measure);
        if (differences.Any(double.IsNaN))
        {
            return null;
        }

        Contrast made = test switch
        {
            ReportTest.PairedT => PairedT(differences, Make),
            ReportTest.Wilcoxon => Make(SeedInterval.Of(differences), SignedRank.Of(differences).P),
            ReportTest.PairedBootstrap => Bootstrap(byConcept: false),
            ReportTest.ClusteredBootstrap => Bootstrap(byConcept: true),
            ReportTest.WilcoxonItems => Bootstrap(byConcept: false) with { P = RanksOfItems(table, pair, measure) },
            ReportTest.McNemar => Bootstrap(byConcept: false) with { P = RightAndWrong(table, pair, measure) },
            _ => throw new UnreachableException($"no test {test}"),
        };
        return double.IsNaN(made.P) ? null : made;

        Contrast Make(Interval difference, double p) => new(pair.Row, pair.Other, table.Measures[measure].Name, difference, p, 1);

        Contrast Bootstrap(bool byConcept)
        {
            BootstrapTest drawn = table.ItemDifference(pair.Row, pair.Other, measure, byConcept);
            return Make(drawn.Difference, drawn.P);
        }
    }

    private static Contrast PairedT(IReadOnlyList<double> differences, Func<Interval, double, Contrast> make)
    {
        PairedTest test = PairedTest.Of(differences);
        return make(test.Difference, test.P) with
        {
            EffectSize = test.EffectSize,
            Detectable = PairedPower.Detectable(PairedTest.Deviation(differences), differences.Count),
        };
    }

    // Each item's mean over seeds.
    private static double RanksOfItems(StudyTable table, RowPair pair, int measure)
    {
        double[] Means(string row)
        {
            IReadOnlyList<double>[] all = [.. table.Items(row, measure).SelectMany(results => results)];
            return [.. all[0].Select((_, item) => all.Average(items => items[item]))];
        }

        return SignedRank.Of([.. Means(pair.Row).Zip(Means(pair.Other), (one, other) => one - other)]).P;
    }

    // A pair for each seed and item; what has one seed is paired with each.
    private static double RightAndWrong(StudyTable table, RowPair pair, int measure)
    {
        IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> first = table.Items(pair.Row, measure);
        IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> second = table.Items(pair.Other, measure);
        int seeds = Math.Max(first.Count, second.Count);
        double[] All(IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> row) =>
            [.. Enumerable.Range(0, seeds).SelectMany(seed => row[Math.Min(seed, row.Count - 1)].Single())];
        return McNemar.Of(All(first), All(second)).P;
    }
}
