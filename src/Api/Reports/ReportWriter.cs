using System.Text;
using System.Text.Json;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Reports;

namespace ViSurf.Api.Reports;

/// <summary>Writes reports and draws plots, one at a time: each takes a core for seconds, which training needs more.</summary>
internal sealed class ReportWriter(IReadModel reads, Lazy<Atlas> atlas) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private ReadStudy? lastStudy;
    private (string Choices, StudyReport Report)? lastReport; // of the last study

    /// <returns>The bytes of a file: UTF-8, where the format is text.</returns>
    /// <exception cref="Fault">Conflict, saying what is missing: no row has all of its results yet. SpecInvalid: what was chosen is not
    /// there.</exception>
    public async Task<byte[]> WriteAsync(
        string id, (SweepView View, SweepSpec Spec) sweep, ReportFormat format, ReportChoices choices, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            (ReadStudy read, StudyReport report) = await ReadAsync(id, sweep, choices, stop);
            if (format == ReportFormat.Html)
            {
                await read.Stored.ReadStepsAsync(reads, stop);
            }

            return format == ReportFormat.Parquet ? await ParquetReport.WriteAsync(report, stop) : Encoding.UTF8.GetBytes(format switch
            {
                ReportFormat.Html => HtmlReport.Write(
                    report, [.. read.Study.Rows.Select(row => (row.Label, read.Reader.Steps(row)))], read.Reader.TaskItems()),
                ReportFormat.Json => JsonReport.Write(report),
                ReportFormat.Latex => LatexReport.Write(report),
                ReportFormat.Csv => CsvReport.Write(report),
                _ => MarkdownReport.Write(report),
            });
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Uses the plots of a sweep's results.</summary>
    /// <exception cref="Fault">Conflict, saying what is missing; and what <paramref name="use"/> throws.</exception>
    public async Task<T> PlotAsync<T>(
        string id, (SweepView View, SweepSpec Spec) sweep, Func<StudyPlots, T> use, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            (ReadStudy read, StudyReport report) = await ReadAsync(id, sweep, new(), stop);
            await read.Stored.ReadStepsAsync(reads, stop);
            return use(new(report, [.. read.Study.Rows.Select(read.Reader.StepsBySeed)]));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Compares two experiments, or two sweeps row by row.</summary>
    /// <exception cref="Fault">NotFound; Conflict: a result is missing, or the items differ; SpecInvalid.</exception>
    public async Task<ComparisonView> CompareAsync(string first, string second, ReportTest? test, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            ComparedStudies found = await ComparedStudies.LoadAsync(reads, first, second, stop);
            return Comparison.Of(first, second, found.Pairs, test, found.Notes);
        }
        finally
        {
            turn.Release();
        }
    }

    // The resampling is most of a report: it is done once for all formats of the same results and choices.
    private async Task<(ReadStudy Read, StudyReport Report)> ReadAsync(
        string id, (SweepView View, SweepSpec Spec) sweep, ReportChoices choices, CancellationToken stop)
    {
        SweepSpec spec = sweep.Spec;
        string stamp = JsonSerializer.Serialize(
            new { id, spec, results = (await reads.ResultsAsync(id, stop)).Select(one => (string[])[one.Experiment, $"{one.Attempt}"]) },
            SpecJson.Options);
        if (lastStudy is not { } known || known.Stamp != stamp)
        {
            IReadOnlyList<SweepCell> cells = await StoredStudy.CellsAsync(reads, id, spec, stop);
            StoredStudy stored = await StoredStudy.LoadAsync(reads, id, cells, stop);
            StudyReader reader = new(spec, atlas.Value, stored, cells);
            lastStudy = known = new(stamp, stored, reader, reader.Read() with
            {
                Preregistered = sweep.View.Preregistration is { } taken ? new(spec.Preregistration!, taken) : null,
            });
            lastReport = null;
        }

        string chosen = JsonSerializer.Serialize(choices, SpecJson.Options);
        if (lastReport is not { } made || made.Choices != chosen)
        {
            lastReport = made = (chosen, new(known.Study, choices));
        }

        return (known, made.Report);
    }

    public void Dispose() => turn.Dispose();

    /// <param name="Stamp">What it was read of.</param>
    private sealed record ReadStudy(string Stamp, StoredStudy Stored, StudyReader Reader, Study Study);
}
