using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;

namespace ViSurf.Training.Search;

/// <summary>What an experiment's measurements say of a trial.</summary>
public static class TrialScores
{
    /// <summary>The score of one seed; null where the measure has none.</summary>
    /// <exception cref="Fault">SpecInvalid: the measure is unknown.</exception>
    public static double? Of(SearchSpec search, IReadOnlyList<Measurement> measurements)
    {
        double value = MeasureOf(search, measurements).Of(measurements);
        return double.IsFinite(value) ? value : null;
    }

    /// <summary>The mean over seeds on items drawn again, with the same draws for all trials.</summary>
    /// <param name="bySeed">The measurements of each seed.</param>
    public static IReadOnlyList<double> Resampled(SearchSpec search, IReadOnlyList<IReadOnlyList<Measurement>> bySeed)
    {
        Measure measure = MeasureOf(search, bySeed[0]);
        StudyLine line = new("trial", LineKind.Trained,
            [.. bySeed.Select(all => (IReadOnlyList<IReadOnlyList<Measurement>>)[Needed(all)])]);
        return StudyResamples.Of([line], [measure], allSeeds: true, byConcept: false)[line.Label][0];

        // The measurement of the task alone, where that is enough: the others need not be drawn.
        Measurement[] Needed(IReadOnlyList<Measurement> all)
        {
            Measurement[] task = [.. all.Where(one => one.Role == MeasurementRole.Task)];
            return double.IsNaN(measure.Of(task)) ? [.. all] : task;
        }
    }

    private static Measure MeasureOf(SearchSpec search, IReadOnlyList<Measurement> measurements) =>
        SearchTerms.MeasureOf(search, measurements.First(one => one.Role == MeasurementRole.Task).Benchmark);
}
