using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>Values, intervals and paired differences of a study's rows.</summary>
/// <remarks>
/// Two seeds or more: Student's t over seeds, items averaged within each. One seed: bootstrap over items within cells, which
/// says nothing about other seeds. Differences are paired: same base, same order, same items.
/// </remarks>
public sealed class StudyTable
{
    private const long BootstrapSeed = 1;
    private readonly Dictionary<string, Line> lines = [];

    /// <exception cref="Fault">Conflict: two rows were measured on different items.</exception>
    public StudyTable(Study study, IReadOnlyList<Measure> measures)
    {
        Study = study;
        Measures = measures;
        List<Line> all = [new("base", LineKind.Base, [study.Base])];
        all.AddRange(study.Rows
            .Select(row => new Line(row.Label, LineKind.Trained, [.. row.Results.Select(result => result.Measurements)])));
        all.AddRange(study.Trivial.Select(pair => new Line(pair.Key, LineKind.Trivial, [[pair.Value]])));
        DemandSameItems(all);
        foreach (Line line in all)
        {
            line.Values = [.. line.Seeds.Select(measurements => measures.Select(measure => measure.Of(measurements)).ToArray())];
            lines.Add(line.Label, line);
        }

        Resample(all);
    }

    public Study Study { get; }

    public IReadOnlyList<Measure> Measures { get; }

    /// <summary>Row labels: base, trained, trivial.</summary>
    public IEnumerable<(string Label, LineKind Kind)> Labels => lines.Values.Select(line => (line.Label, line.Kind));

    public bool IsOverSeeds => Study.Seeds.Count > 1;

    /// <summary>A row's value of a measure; null where it was not measured.</summary>
    public Interval? Value(string label, int measure)
    {
        Line line = lines[label];
        double mean = line.Values.Average(values => values[measure]);
        if (double.IsNaN(mean))
        {
            return null;
        }

        return IsOverSeeds && line.Kind == LineKind.Trained
            ? SeedInterval.Of([.. line.Values.Select(values => values[measure])])
            : ItemBootstrap.Interval(mean, line.Resampled[measure]);
    }

    /// <summary>One row's value less another's.</summary>
    public Interval Difference(string label, string other, int measure)
    {
        (Line a, Line b) = (lines[label], lines[other]);
        if (IsOverSeeds && (a.Kind == LineKind.Trained || b.Kind == LineKind.Trained))
        {
            return SeedInterval.Of([.. Study.Seeds.Select((_, seed) => a.Of(seed)[measure] - b.Of(seed)[measure])]);
        }

        return ItemBootstrap.Interval(a.Of(0)[measure] - b.Of(0)[measure],
            [.. a.Resampled[measure].Zip(b.Resampled[measure], (x, y) => x - y)]);
    }

    /// <summary>Whether a trained row is the best of its column, and the interval of its lead over the next one excludes 0.</summary>
    public bool IsBold(string label, int measure)
    {
        if (Measures[measure].HigherIsBetter is not { } higher || lines[label].Kind != LineKind.Trained)
        {
            return false;
        }

        string[] ordered = [.. lines.Values.Where(line => line.Kind == LineKind.Trained)
            .OrderByDescending(line => line.Values.Average(values => values[measure]) * (higher ? 1 : -1)).Select(line => line.Label)];
        return ordered.Length > 1 && ordered[0] == label && Difference(ordered[0], ordered[1], measure).ExcludesZero;
    }

    // The same resampled items for all rows, so that differences are paired.
    private void Resample(List<Line> all)
    {
        foreach (Line line in all)
        {
            line.Resampled = [.. Measures.Select(_ => new double[ItemBootstrap.Resamples])];
        }

        Measurement[] kinds = [.. all.SelectMany(line => line.Seeds[0]).DistinctBy(evaluation => KindOf(evaluation))];
        IEnumerator<int[]>[] draws = [.. kinds.Select(kind =>
            ItemBootstrap.Draw([.. kind.Items.Select(item => item.Cell)], BootstrapSeed, KindOf(kind).ToString()).GetEnumerator())];
        for (int resample = 0; resample < ItemBootstrap.Resamples; resample++)
        {
            var drawn = kinds.Zip(draws).ToDictionary(pair => KindOf(pair.First), pair =>
            {
                pair.Second.MoveNext();
                return pair.Second.Current;
            });
            Parallel.ForEach(all, line =>
            {
                Measurement[] sampled = [.. line.Seeds[0]
                    .Select(one => one with { Items = [.. drawn[KindOf(one)].Select(i => one.Items[i])] })];
                for (int measure = 0; measure < Measures.Count; measure++)
                {
                    line.Resampled[measure][resample] = Measures[measure].Of(sampled);
                }
            });
        }
    }

    private static void DemandSameItems(List<Line> all)
    {
        Dictionary<(MeasurementRole, string, PromptMode, int), IEnumerable<string>> seen = [];
        foreach (Line line in all)
        {
            for (int seed = 0; seed < line.Seeds.Count; seed++)
            {
                foreach (Measurement one in line.Seeds[seed])
                {
                    (MeasurementRole role, string benchmark, PromptMode prompt) = KindOf(one);
                    var key = (role, benchmark, prompt, role == MeasurementRole.Trained ? seed : 0);
                    IEnumerable<string> ids = one.Items.Select(item => item.Id);
                    Fault.Unless(seen.TryAdd(key, ids) || seen[key].SequenceEqual(ids), FaultCode.Conflict, line.Label,
                        $"was measured on other items of {benchmark} than the rows before; only equal item sets are compared");
                }
            }
        }
    }

    private static (MeasurementRole Role, string Benchmark, PromptMode Prompt) KindOf(Measurement evaluation) =>
        (evaluation.Role, evaluation.Benchmark, evaluation.Prompt);

    private sealed class Line(string label, LineKind kind, IReadOnlyList<IReadOnlyList<Measurement>> seeds)
    {
        public string Label => label;

        public LineKind Kind => kind;

        public IReadOnlyList<IReadOnlyList<Measurement>> Seeds => seeds;

        /// <summary>By seed, by measure.</summary>
        public double[][] Values { get; set; } = [];

        /// <summary>By measure, by resample; of the first seed.</summary>
        public double[][] Resampled { get; set; } = [];

        /// <summary>The values of a seed; a row without seeds has one for all.</summary>
        public double[] Of(int seed) => Values[Math.Min(seed, Values.Length - 1)];
    }
}

/// <summary>What a row is.</summary>
public enum LineKind
{
    /// <summary>The model before training.</summary>
    Base,

    /// <summary>A trained model.</summary>
    Trained,

    /// <summary>A policy that looks at no picture.</summary>
    Trivial,
}
