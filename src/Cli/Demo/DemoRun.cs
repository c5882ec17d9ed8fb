using System.Text;
using ViSurf.Cli.Output;
using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;

namespace ViSurf.Cli.Demo;

/// <summary>Runs a sweep on a server from wherever it stands, and fetches its reports.</summary>
internal sealed class DemoRun(ViSurfClient client, SweepSpec spec, string reportFolder, TimeProvider clock)
{
    /// <summary>Runs what is missing.</summary>
    /// <returns>The report as JSON.</returns>
    public async Task<DemoEnd> RunAsync(CancellationToken stop)
    {
        SubmitView submitted = await client.SubmitAsync(spec, DemoKey.Of(spec), stop);
        bool wasStored = submitted.Sweep.Phase != SweepPhase.Running;
        SweepView ended = wasStored ? submitted.Sweep : await new SweepWatch(client, submitted.Sweep.Id, clock).ShowAsync(stop);
        List<string> failures = ended.Phase == SweepPhase.Succeeded ? [] : await FailuresAsync(ended.Id, stop);
        return new(wasStored, failures, await ReportAsync(ended, stop));
    }

    private async Task<List<string>> FailuresAsync(string sweep, CancellationToken stop) =>
        [.. (await client.ListExperimentsAsync(sweep, null, stop).ToListAsync(stop))
            .Where(one => one.Phase != Phase.Succeeded)
            .Select(one => $"{one.Row} #{one.Seed}: {SpecJson.Word(one.Phase)}: {one.Reason}")];

    private async Task<string?> ReportAsync(SweepView sweep, CancellationToken stop)
    {
        try
        {
            string report = await WriteAsync(sweep.Id, ReportFormat.Json, stop);
            await WriteAsync(sweep.Id, ReportFormat.Md, stop);
            await WriteAsync(sweep.Id, ReportFormat.Html, stop);
            return report;
        }
        catch (Fault fault) when (fault.Code == FaultCode.Conflict && sweep.Phase != SweepPhase.Succeeded)
        {
            return null; // nothing is left to compare; the failures say why
        }
    }

    private async Task<string> WriteAsync(string sweep, ReportFormat format, CancellationToken stop)
    {
        string text = await client.GetReportAsync(sweep, format, null, stop);
        Directory.CreateDirectory(reportFolder);
        DurableFile.Write(Path.Combine(reportFolder, $"report.{SpecJson.Word(format)}"), Encoding.UTF8.GetBytes(text));
        return text;
    }
}

/// <summary>How a demo ended.</summary>
/// <param name="WasStored">Whether all of it was stored before.</param>
/// <param name="Failures">What did not succeed, and why, a line each.</param>
/// <param name="Report">The report as JSON; null where no row is complete.</param>
internal sealed record DemoEnd(bool WasStored, IReadOnlyList<string> Failures, string? Report);
