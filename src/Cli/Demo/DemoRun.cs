using ViSurf.Cli.Output;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;
using ViSurf.Training.Trainer;

namespace ViSurf.Cli.Demo;

/// <summary>Runs a sweep in this process from wherever it stands, and writes its reports.</summary>
internal sealed class DemoRun(SweepSpec spec, string stateFolder, string reportFolder, int threads, TimeProvider clock)
{
    /// <summary>Trains what is missing.</summary>
    /// <returns>The report, whether all of it was stored before, and the failures.</returns>
    public (StudyReport Report, bool WasStored, IReadOnlyDictionary<string, Exception> Failures) Run(CancellationToken stop)
    {
        using StateFolder state = new(stateFolder);
        Atlas atlas = new(Assets.Objects);
        Sweep sweep = new(spec, atlas);
        StudyReader reader = new(spec, atlas, new StoredStudy(state));
        bool wasStored = reader.IsComplete;
        IReadOnlyDictionary<string, Exception> failures = wasStored ? new Dictionary<string, Exception>() : Train(sweep, state, stop);
        stop.ThrowIfCancellationRequested();
        StudyReport report = new(reader.Read());
        WriteReports(report, reader);
        return (report, wasStored, failures);
    }

    private IReadOnlyDictionary<string, Exception> Train(Sweep sweep, StateFolder state, CancellationToken stop)
    {
        SweepProgress progress = new(clock);
        Task<IReadOnlyDictionary<string, Exception>> work = Task.Factory.StartNew(
            () => new SweepRunner(state, progress).Run(sweep, threads, stop), CancellationToken.None,
                TaskCreationOptions.LongRunning, TaskScheduler.Default);
        progress.Follow(work);
        return work.GetAwaiter().GetResult();
    }

    private void WriteReports(StudyReport report, StudyReader reader)
    {
        Directory.CreateDirectory(reportFolder);
        (string, IReadOnlyList<StepRecord>)[] steps = [.. report.Study.Rows.Select(row => (row.Label, reader.Steps(row)))];
        File.WriteAllText(Path.Combine(reportFolder, "report.md"), MarkdownReport.Write(report));
        File.WriteAllText(Path.Combine(reportFolder, "report.json"), JsonReport.Write(report));
        File.WriteAllText(Path.Combine(reportFolder, "report.html"), HtmlReport.Write(report, steps, reader.TaskItems()));
    }
}
