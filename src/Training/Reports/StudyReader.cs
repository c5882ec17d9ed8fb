using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>Makes a study of a sweep's stored results.</summary>
public sealed class StudyReader(Sweep sweep, StateFolder state)
{
    /// <summary>Whether every experiment of the sweep has a result.</summary>
    public bool IsComplete => sweep.All.All(cell => state.ReadResult(cell.Spec.Id) is not null);

    /// <summary>The study.</summary>
    /// <param name="left">Told about each row that is left out, because an experiment of it has no result.</param>
    /// <exception cref="Fault">NotFound: no row is complete, or the base was not measured.</exception>
    public Study Read(Action<string> left)
    {
        ExperimentResult @base = Result(sweep.Base) ?? throw new Fault(FaultCode.NotFound, sweep.Base.Row, "was not measured");
        List<StudyRow> rows = [];
        foreach (IGrouping<string, SweepCell> row in sweep.Cells.GroupBy(cell => cell.Row))
        {
            ExperimentResult?[] results = [.. row.Select(Result)];
            if (results.Contains(null))
            {
                left(row.Key);
            }
            else
            {
                rows.Add(new(row.Key, [.. results.OfType<ExperimentResult>()]));
            }
        }

        Fault.Unless(rows.Count > 0, FaultCode.NotFound, sweep.Spec.Name, "has no row with a result for every seed");
        return new(sweep.Spec.Name, sweep.Spec.Seeds, rows, @base.Measurements, Trivial());
    }

    /// <summary>The examples of the task's measurement.</summary>
    public ExampleSource TaskItems() => sweep.Plans[^1].Items(Task());

    /// <summary>The steps of the last training stage of a row, first seed.</summary>
    public IReadOnlyList<StepRecord> Steps(string row)
    {
        int first = sweep.Cells.Index().First(pair => pair.Item.Row == row).Index;
        return [.. MetricsLog.Read(StageRunner.MetricsOf(state.Stage(sweep.Plans[first].Stages[^1].Key)))];
    }

    private MeasurementTask Task() => sweep.Plans[^1].Measurements.Single(task => task.Role == MeasurementRole.Task);

    private Dictionary<string, Measurement> Trivial()
    {
        MeasurementTask task = Task();
        Benchmark benchmark = Catalogs.Benchmarks.Make(task.Benchmark, "data.benchmark");
        return TrivialPolicies.Score(benchmark, TaskItems(), null, task.Seed)
            .ToDictionary(pair => pair.Key, pair => new Measurement(MeasurementRole.Task, task.Benchmark, task.Prompt, pair.Value));
    }

    private ExperimentResult? Result(SweepCell cell) => state.ReadResult(cell.Spec.Id);
}
