using ViSurf.Training.Statistics;

namespace ViSurf.Bench.Coverage;

/// <summary>How often nominal 95 % intervals hold the true difference of two rows, simulated.</summary>
/// <remarks>The intervals are those that reports print, made by the same code, and one that none prints: the hierarchical bootstrap.
/// </remarks>
internal static class CoverageBench
{
    private static readonly string[] Cells = [.. Enumerable.Repeat("all", SimulatedRows.Items)];

    public static CoverageReport Run(bool isTiny)
    {
        int simulations = isTiny ? 20 : 1_000;
        int[] seedCounts = isTiny ? [3] : [3, 5, 10];
        double[] deviations = isTiny ? [0.05, 0.24] : [0.05, 0.10, 0.24];
        return new(simulations, [.. from seeds in seedCounts
                                    from deviation in deviations
                                    select Setting(seeds, deviation, simulations)]);
    }

    private static CoveredSetting Setting(int seeds, double deviation, int simulations)
    {
        int[][] held = [.. CoveredSetting.Targets.Select(_ => new int[CoveredSetting.Intervals.Count])];
        for (int simulation = 0; simulation < simulations; simulation++)
        {
            SimulatedRows rows = new(seeds, deviation, simulation);
            double[] truths = [rows.OfTheseModels(), rows.OfTheseItems(), 0];
            foreach ((int interval, Interval one) in Intervals(rows, simulation).Index())
            {
                for (int target = 0; target < truths.Length; target++)
                {
                    held[target][interval] += one.Low <= truths[target] && truths[target] <= one.High ? 1 : 0;
                }
            }
        }

        return new(seeds, deviation, [.. held.Select(counts => counts.Select(count => count / (double)simulations).ToArray())]);
    }

    // In the order of CoveredSetting.Intervals.
    private static Interval[] Intervals(SimulatedRows rows, int simulation)
    {
        double[] means = [.. Enumerable.Range(0, SimulatedRows.Items).Select(item => rows.Differences.Average(seed => seed[item]))];
        double value = means.Average();
        return
        [
            SeedInterval.Of([.. rows.Differences.Select(seed => seed.Average())]),
            ItemBootstrap.Interval(value, [.. ItemBootstrap.Draw(Cells, simulation, "items").Select(drawn => Mean(means, drawn))]),
            ItemBootstrap.Interval(value, [.. ClusterBootstrap.Draw(Cells, SimulatedRows.ConceptOf, simulation, "concepts")
                .Select(drawn => Mean(means, drawn))]),
            ItemBootstrap.Interval(value, [.. HierarchicalBootstrap
                .Draw(rows.Differences.Length, SimulatedRows.Items, simulation, "seeds and items")
                .Select(drawn => drawn.Average(one => Mean(rows.Differences[one.Seed], one.Items)))]),
        ];
    }

    private static double Mean(double[] values, int[] drawn)
    {
        double sum = 0;
        foreach (int item in drawn)
        {
            sum += values[item];
        }

        return sum / drawn.Length;
    }
}
