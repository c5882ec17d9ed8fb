using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>Makes a study of a sweep's stored results.</summary>
public sealed class StudyReader
{
    private const int NamedMost = 6;

    private readonly SweepSpec spec;
    private readonly Atlas atlas;
    private readonly IStudySource source;
    private readonly IReadOnlyList<SweepCell> cells;
    private readonly SweepCell baseCell;
    private readonly MeasurementTask task;

    /// <exception cref="Fault">SpecInvalid, naming the field.</exception>
    /// <param name="expanded">The sweep's experiments, the base model's own first, where they do not follow from the spec.</param>
    public StudyReader(SweepSpec spec, Atlas atlas, IStudySource source, IReadOnlyList<SweepCell>? expanded = null)
    {
        this.spec = spec;
        this.atlas = atlas;
        this.source = source;
        IReadOnlyList<SweepCell> all = expanded ?? Sweep.Expand(spec);
        int bases = Sweep.BasesOf(spec, all);
        Fault.Unless(bases == 1, FaultCode.Conflict, spec.Name, $"is about {bases} benchmarks; a report compares the rows of one");
        baseCell = all[0];
        cells = [.. all.Skip(1)];
        task = MeasurementTask.Of(baseCell.Spec).Single(one => one.Role == MeasurementRole.Task);
    }

    /// <summary>The study, without the rows that lack a result.</summary>
    /// <exception cref="Fault">Conflict, saying what is missing: no row is complete, or the base was not measured.</exception>
    public Study Read()
    {
        List<StudyRow> rows = [];
        List<string> leftOut = [];
        List<string> missing = [];
        foreach (IGrouping<string, SweepCell> row in cells.GroupBy(cell => cell.Row))
        {
            ExperimentResult[] results = [.. row.Select(source.Result).OfType<ExperimentResult>()];
            if (results.Length == spec.Seeds.Count)
            {
                rows.Add(new(row.Key, results));
                continue;
            }

            leftOut.Add(row.Key);
            missing.AddRange(row.Where(cell => source.Result(cell) is null).Select(cell => $"{cell.Row} with seed {cell.Seed}"));
        }

        ExperimentResult? @base = source.Result(baseCell);
        Fault.Unless(@base is not null, FaultCode.Conflict, spec.Name,
            $"cannot be compared yet; no result of: {Some([baseCell.Row, .. missing])}");
        Fault.Unless(rows.Count > 0, FaultCode.Conflict, spec.Name,
            $"has no row with a result for every seed yet; no result of: {Some(missing)}");
        return new(spec.Name, spec.Seeds, rows, @base.Measurements, Trivial()) { LeftOut = leftOut };
    }

    /// <summary>The examples of the task's measurement.</summary>
    public ExampleSource TaskItems() => new DrawnExamples(Benchmark(), atlas, task.Split, task.Seed, task.Items);

    /// <summary>The steps of the last training stage of a row, first seed.</summary>
    public IReadOnlyList<StepRecord> Steps(StudyRow row) => Steps(row.Results[0]);

    /// <summary>The steps of the last training stage of a row, seed by seed.</summary>
    public RowSteps StepsBySeed(StudyRow row) => new(row.Label, [.. row.Results.Select(Steps)]);

    private IReadOnlyList<StepRecord> Steps(ExperimentResult result) =>
        result.Stages is [.., StageResult last] ? [.. source.Steps(last.Key)] : [];

    private static string Some(List<string> all) => all.Count <= NamedMost
        ? string.Join(", ", all)
        : $"{string.Join(", ", all.Take(NamedMost - 1))} and {all.Count - NamedMost + 1} others";

    private Benchmark Benchmark() => Catalogs.Benchmarks.Make(task.Benchmark, "data.benchmark");

    private Dictionary<string, Measurement> Trivial() => TrivialPolicies.Score(Benchmark(), TaskItems(), null, task.Seed)
        .ToDictionary(pair => pair.Key, pair => new Measurement(MeasurementRole.Task, task.Benchmark, task.Prompt, pair.Value));
}
