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
    private readonly SweepSpec spec;
    private readonly Atlas atlas;
    private readonly IStudySource source;
    private readonly IReadOnlyList<SweepCell> cells;
    private readonly MeasurementTask task;

    /// <exception cref="Fault">SpecInvalid, naming the field.</exception>
    public StudyReader(SweepSpec spec, Atlas atlas, IStudySource source)
    {
        this.spec = spec;
        this.atlas = atlas;
        this.source = source;
        cells = Sweep.Expand(spec);
        task = MeasurementTask.Of(cells[^1].Spec).Single(one => one.Role == MeasurementRole.Task);
    }

    /// <summary>The study, without the rows that lack a result.</summary>
    /// <exception cref="Fault">Conflict, saying what is missing: no row is complete, or the base was not measured.</exception>
    public Study Read()
    {
        List<StudyRow> rows = [];
        List<string> leftOut = [];
        List<string> missing = [];
        foreach (IGrouping<string, SweepCell> row in cells.SkipLast(1).GroupBy(cell => cell.Row))
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

        ExperimentResult? @base = source.Result(cells[^1]);
        Fault.Unless(@base is not null, FaultCode.Conflict, spec.Name,
            $"cannot be compared yet; no result of: {string.Join(", ", [cells[^1].Row, .. missing])}");
        Fault.Unless(rows.Count > 0, FaultCode.Conflict, spec.Name,
            $"has no row with a result for every seed yet; no result of: {string.Join(", ", missing)}");
        return new(spec.Name, spec.Seeds, rows, @base.Measurements, Trivial()) { LeftOut = leftOut };
    }

    /// <summary>The examples of the task's measurement.</summary>
    public ExampleSource TaskItems() => new DrawnExamples(Benchmark(), atlas, task.Split, task.Seed, task.Items);

    /// <summary>The steps of the last training stage of a row, first seed.</summary>
    public IReadOnlyList<StepRecord> Steps(StudyRow row) =>
        row.Results[0].Stages is [.., StageResult last] ? [.. source.Steps(last.Key)] : [];

    private Benchmark Benchmark() => Catalogs.Benchmarks.Make(task.Benchmark, "data.benchmark");

    private Dictionary<string, Measurement> Trivial() => TrivialPolicies.Score(Benchmark(), TaskItems(), null, task.Seed)
        .ToDictionary(pair => pair.Key, pair => new Measurement(MeasurementRole.Task, task.Benchmark, task.Prompt, pair.Value));
}
