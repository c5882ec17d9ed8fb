using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>Hypotheses that were stored before any of their experiments was evaluated, and what came out.</summary>
public sealed record Preregistered(PreregistrationSpec Spec, PreregistrationView Taken)
{
    private const double Level = 0.05;

    /// <summary>Each hypothesis with its outcome. p is that of Student's paired t over seeds: two-sided of no difference where a row is
    /// claimed to be better; twice the one-sided of a loss of the margin where it is claimed not to be worse. All are corrected
    /// together after Holm.</summary>
    /// <exception cref="Fault">SpecInvalid, as <see cref="DemandMeasures"/>.</exception>
    public IReadOnlyList<HypothesisOutcome> Outcomes(StudyTable table)
    {
        HypothesisOutcome[] all = [.. Spec.Hypotheses.Select((hypothesis, i) => Outcome(table, hypothesis, i))];
        int[] tested = [.. all.Index().Where(pair => !double.IsNaN(pair.Item.P)).Select(pair => pair.Index)];
        foreach ((int place, double holm) in tested.Zip(Holm.Adjust([.. tested.Select(i => all[i].P)])))
        {
            all[place] = all[place] with { Holm = holm, IsSupported = all[place].IsTowards && holm < Level };
        }

        return all;
    }

    /// <summary>Refuses hypotheses about what a benchmark does not measure.</summary>
    /// <exception cref="Fault">SpecInvalid, naming each: a measure is unknown, or neither more nor less of it is better.</exception>
    public static void DemandMeasures(PreregistrationSpec spec, Benchmark benchmark)
    {
        Measure[] all = [.. Measure.For(benchmark), .. Measure.ForRetention(benchmark)];
        Fault.Together(spec.Hypotheses.Select((hypothesis, i) => (Action)(() => Find(all, hypothesis, i))));
    }

    private static Measure Find(IReadOnlyList<Measure> all, HypothesisSpec hypothesis, int index)
    {
        string field = $"preregistration.hypotheses[{index}].measure";
        Measure measure = ColumnChoice.Find(all, one => one.Name, one => one.Title, hypothesis.Measure, field);
        Fault.Unless(measure.HigherIsBetter is not null, FaultCode.SpecInvalid, field,
            $"is '{hypothesis.Measure}', of which neither more nor less is better");
        return measure;
    }

    private static HypothesisOutcome Outcome(StudyTable table, HypothesisSpec hypothesis, int index)
    {
        Measure measured = Find(table.Measures, hypothesis, index);
        int measure = table.Measures.ToList().IndexOf(measured);
        string[] labels = [.. table.Labels.Select(line => line.Label)];
        if (!labels.Contains(hypothesis.Row) || !labels.Contains(hypothesis.Against) || !table.IsOverSeeds)
        {
            return new(hypothesis, new(double.NaN, double.NaN, double.NaN), double.NaN, false);
        }

        double sign = measured.HigherIsBetter == true ? 1 : -1;
        double[] gains = [.. table.Differences(hypothesis.Row, hypothesis.Against, measure).Select(difference => sign * difference)];
        PairedTest test = PairedTest.Of(gains);
        if (double.IsNaN(test.P) || hypothesis.Claim == Claim.Better)
        {
            return new(hypothesis, test.Difference, test.P, test.Difference.Value > 0);
        }

        NonInferiority margin = NonInferiority.Of(gains, hypothesis.Margin!.Value);
        return new(hypothesis, test.Difference, Math.Min(1, 2 * margin.P), margin.Difference > -margin.Margin);
    }
}

/// <summary>What came of a hypothesis.</summary>
/// <param name="Gain">The mean gain of its row and its 95 % interval over seeds; above 0 where the row is better. No number where a row
/// has not all results, or there is one seed.</param>
/// <param name="P">Before the correction.</param>
/// <param name="IsTowards">Whether the gain lies on the side that was claimed.</param>
public sealed record HypothesisOutcome(HypothesisSpec Hypothesis, Interval Gain, double P, bool IsTowards)
{
    /// <summary>p, corrected for all hypotheses; no number where nothing could be tested.</summary>
    public double Holm { get; init; } = double.NaN;

    public bool IsSupported { get; init; }
}
