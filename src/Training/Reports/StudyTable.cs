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
    private readonly Dictionary<string, StudyLine> lines = [];
    private readonly Lazy<Dictionary<string, double[][]>> resampled; // of the first seed
    private readonly Dictionary<(int Measure, bool ByConcept), Dictionary<string, double[][]>> resampledSeeds = []; // mean over seeds

    /// <exception cref="Fault">Conflict: two rows were measured on different items.</exception>
    public StudyTable(Study study, IReadOnlyList<Measure> measures)
    {
        Study = study;
        Measures = measures;
        List<StudyLine> all = study.Base.Count == 0 ? [] : [new("base", LineKind.Base, [[study.Base]])];
        all.AddRange(study.Rows.Select(row => new StudyLine(row.Label, LineKind.Trained,
            [.. row.Results.Select(result => result.Measurements).Chunk(row.Members)], study.PlaceOf(row))));
        all.AddRange(study.Trivial.Select(pair => new StudyLine(pair.Key, LineKind.Trivial, [[[pair.Value]]])));
        DemandSameItems(all);
        foreach (StudyLine line in all)
        {
            line.Measure(measures);
            lines.Add(line.Label, line);
        }

        resampled = new(() => StudyResamples.Of(all, measures, allSeeds: false, byConcept: false));
    }

    public Study Study { get; }

    public IReadOnlyList<Measure> Measures { get; }

    /// <summary>Row labels: base, trained, trivial.</summary>
    public IEnumerable<(string Label, LineKind Kind)> Labels => lines.Values.Select(line => (line.Label, line.Kind));

    public bool IsOverSeeds => Study.Seeds.Count > 1;

    /// <summary>A row's value of a measure; null where it was not measured.</summary>
    public Interval? Value(string label, int measure)
    {
        StudyLine line = lines[label];
        double mean = line.Values.Average(values => values[measure]);
        if (double.IsNaN(mean))
        {
            return null;
        }

        return IsOverSeeds && line.Kind == LineKind.Trained
            ? SeedInterval.Of([.. line.Values.Select(values => values[measure])])
            : ItemBootstrap.Interval(mean, resampled.Value[label][measure]);
    }

    /// <summary>A trained row's values of a measure, by seed.</summary>
    public IEnumerable<double> BySeed(string label, int measure) => lines[label].Values.Select(values => values[measure]);

    /// <summary>One row's value less another's.</summary>
    public Interval Difference(string label, string other, int measure)
    {
        (StudyLine a, StudyLine b) = (lines[label], lines[other]);
        if (IsOverSeeds && (a.Kind == LineKind.Trained || b.Kind == LineKind.Trained))
        {
            return SeedInterval.Of(Differences(label, other, measure));
        }

        return ItemBootstrap.Interval(a.Of(0)[measure] - b.Of(0)[measure],
            [.. resampled.Value[label][measure].Zip(resampled.Value[other][measure], (x, y) => x - y)]);
    }

    /// <summary>One row's value less another's, a difference a seed: same base, same order, same items.</summary>
    public IReadOnlyList<double> Differences(string label, string other, int measure) =>
        [.. Study.Seeds.Select((_, seed) => lines[label].Of(seed)[measure] - lines[other].Of(seed)[measure])];

    /// <summary>One row's value less another's, both means over seeds, with items drawn again.</summary>
    /// <param name="byConcept">Whether concepts are drawn, with all of their items; else items.</param>
    /// <exception cref="Fault">Conflict: the items' concepts were not stored.</exception>
    public BootstrapTest ItemDifference(string label, string other, int measure, bool byConcept)
    {
        if (!resampledSeeds.TryGetValue((measure, byConcept), out Dictionary<string, double[][]>? values))
        {
            Fault.Unless(!byConcept || lines.Values.All(HasConcepts), FaultCode.Conflict, "test",
                "is clustered-bootstrap, but some results were stored by a version that did not tell the items' concepts");
            values = StudyResamples.Of([.. lines.Values], [Measures[measure]], allSeeds: true, byConcept);
            resampledSeeds.Add((measure, byConcept), values);
        }

        return BootstrapTest.Of(Differences(label, other, measure).Average(),
            [.. values[label][0].Zip(values[other][0], (x, y) => x - y)]);
    }

    /// <summary>The values of single items of a measure that is their mean: of each seed, each result of it, each item.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Items(string label, int measure) =>
        [.. lines[label].Seeds.Select(results => results.Select(Measures[measure].Items!).ToArray())];

    /// <summary>Whether a trained row is the best of its column, and the interval of its lead over the next one excludes 0.</summary>
    public bool IsBold(string label, int measure)
    {
        string[] ordered = Ordered(measure);
        return ordered.Length > 1 && ordered[0] == label && Difference(ordered[0], ordered[1], measure).ExcludesZero;
    }

    /// <summary>Whether a trained row is the second of its column.</summary>
    public bool IsSecond(string label, int measure) => Ordered(measure).ElementAtOrDefault(1) == label;

    // Trained rows, the best first; none where neither more nor less is better.
    private string[] Ordered(int measure) => Measures[measure].HigherIsBetter is not { } higher ? [] :
    [
        .. lines.Values.Where(line => line.Kind == LineKind.Trained)
            .OrderByDescending(line => line.Values.Average(values => values[measure]) * (higher ? 1 : -1)).Select(line => line.Label),
    ];

    private static bool HasConcepts(StudyLine line) => line.Measured(line.Seeds.Count)
        .Where(one => one.On.Role == MeasurementRole.Task).All(one => one.Measurement.Items.Any(item => item.Concept is not null));

    private static void DemandSameItems(List<StudyLine> all)
    {
        Dictionary<MeasuredOn, IEnumerable<string>> seen = [];
        foreach (StudyLine line in all)
        {
            foreach ((MeasuredOn on, Measurement one) in line.Measured(line.Seeds.Count))
            {
                IEnumerable<string> ids = one.Items.Select(item => item.Id);
                Fault.Unless(seen.TryAdd(on, ids) || seen[on].SequenceEqual(ids), FaultCode.Conflict, line.Label,
                    $"was measured on other items of {on.Benchmark} than the rows before; only equal item sets are compared");
            }
        }
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
