using System.Text.Json;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Reports;

namespace ViSurf.Api.Reports;

/// <summary>Writes reports, one at a time: each takes a core for seconds, which training needs more.</summary>
internal sealed class ReportWriter(IReadModel reads, Lazy<Atlas> atlas) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private (string Stamp, StudyReader Reader, StudyReport Report)? last;

    /// <exception cref="Fault">Conflict, saying what is missing: no row has all of its results yet.</exception>
    public async Task<string> WriteAsync(string id, SweepSpec spec, ReportFormat format, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            (StudyReader reader, StudyReport report) = await CompareAsync(id, spec, stop);
            return format switch
            {
                ReportFormat.Html => HtmlReport.Write(
                    report, [.. report.Study.Rows.Select(row => (row.Label, reader.Steps(row)))], reader.TaskItems()),
                ReportFormat.Json => JsonReport.Write(report),
                _ => MarkdownReport.Write(report),
            };
        }
        finally
        {
            turn.Release();
        }
    }

    // The resampling is most of a report: it is done once for all formats of the same results.
    private async Task<(StudyReader Reader, StudyReport Report)> CompareAsync(string id, SweepSpec spec, CancellationToken stop)
    {
        string stamp = JsonSerializer.Serialize(
            new { id, spec, results = (await reads.ResultsAsync(id, stop)).Select(one => (string[])[one.Experiment, $"{one.Attempt}"]) },
            SpecJson.Options);
        if (last is not { } known || known.Stamp != stamp)
        {
            StudyReader reader = new(spec, atlas.Value, await StoredStudy.LoadAsync(reads, id, spec, stop));
            last = known = (stamp, reader, new(reader.Read()));
        }

        return (known.Reader, known.Report);
    }

    public void Dispose() => turn.Dispose();
}
