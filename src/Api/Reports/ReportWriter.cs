using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Reports;

namespace ViSurf.Api.Reports;

/// <summary>Writes reports, one at a time: each takes a core for seconds, which training needs more.</summary>
internal sealed class ReportWriter(IReadModel reads, Lazy<Atlas> atlas) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    /// <exception cref="Fault">Conflict, saying what is missing: no row has all of its results yet.</exception>
    public async Task<string> WriteAsync(string id, SweepSpec spec, ReportFormat format, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            StoredStudy source = await StoredStudy.LoadAsync(reads, id, spec, withSteps: format == ReportFormat.Html, stop);
            StudyReader reader = new(spec, atlas.Value, source);
            StudyReport report = new(reader.Read());
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

    public void Dispose() => turn.Dispose();
}
