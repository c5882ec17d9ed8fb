using System.Collections;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>The values of a study's rows on items drawn again: the same items for all rows, so that differences are paired.</summary>
internal static class StudyResamples
{
    private const long BootstrapSeed = 1;

    /// <param name="allSeeds">Whether a value is the mean over seeds; else it is the first seed's.</param>
    /// <param name="byConcept">Whether concepts are drawn, with all of their items; else items.</param>
    /// <returns>By row, by measure, by resample.</returns>
    public static Dictionary<string, double[][]> Of(
        IReadOnlyList<StudyLine> lines, IReadOnlyList<Measure> measures, bool allSeeds, bool byConcept)
    {
        var values = lines.ToDictionary(line => line.Label, _ => measures.Select(_ => new double[ItemBootstrap.Resamples]).ToArray());
        int Used(StudyLine line) => allSeeds ? line.Seeds.Count : 1;
        (MeasuredOn On, IEnumerator<int[]> Draws)[] kinds = [.. lines.SelectMany(line => line.Measured(Used(line)))
            .DistinctBy(one => one.On).Select(one => (one.On, Draw(one.On, one.Measurement, byConcept).GetEnumerator()))];
        for (int resample = 0; resample < ItemBootstrap.Resamples; resample++)
        {
            var drawn = kinds.ToDictionary(kind => kind.On, kind =>
            {
                kind.Draws.MoveNext();
                return kind.Draws.Current;
            });
            Parallel.ForEach(lines, line =>
            {
                double[][] of = [.. line.Seeds.Take(Used(line)).Index().SelectMany(seed => seed.Item.Select(measurements =>
                {
                    Measurement[] sampled = [.. measurements
                        .Select(one => one with { Items = new DrawnItems(one.Items, drawn[line.On(one, seed.Index)]) })];
                    return measures.Select(measure => measure.Of(sampled)).ToArray();
                }))];
                for (int measure = 0; measure < measures.Count; measure++)
                {
                    values[line.Label][measure][resample] = of.Average(one => one[measure]);
                }
            });
        }

        return values;
    }

    private static IEnumerable<int[]> Draw(MeasuredOn on, Measurement measurement, bool byConcept)
    {
        string[] cells = [.. measurement.Items.Select(item => item.Cell)];
        return byConcept
            ? ClusterBootstrap.Draw(cells, [.. measurement.Items.Select(item => item.Concept)], BootstrapSeed, on.Purpose)
            : ItemBootstrap.Draw(cells, BootstrapSeed, on.Purpose);
    }

    // Drawn when they are looked at: a measure looks at few of the measurements.
    private sealed class DrawnItems(IReadOnlyList<ItemScore> items, int[] drawn) : IReadOnlyList<ItemScore>
    {
        public int Count => drawn.Length;

        public ItemScore this[int index] => items[drawn[index]];

        public IEnumerator<ItemScore> GetEnumerator() => drawn.Select(item => items[item]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
