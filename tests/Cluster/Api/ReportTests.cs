using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Api;

[Collection(ServerCollection.Name)]
public class ReportTests(Server server)
{
    [Fact]
    public async Task The_same_results_give_the_same_bytes_in_every_format()
    {
        string id = server.NewId();
        await server.RunAsync(Server.Spec(id, 61), id);
        foreach (ReportFormat format in Enum.GetValues<ReportFormat>())
        {
            string report = await server.Client.GetReportAsync(id, format);
            Assert.Contains("visurf", report, StringComparison.Ordinal);
            Assert.Equal(report, await server.Client.GetReportAsync(id, format));
        }

        Assert.Contains("<svg", await server.Client.GetReportAsync(id, ReportFormat.Html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_complete_row_it_says_what_is_missing()
    {
        string id = server.NewId();
        SweepSpec spec = Server.Spec($"{QuickTrainer.Held}-{id}", 66);
        await server.Client.SubmitAsync(spec, id);
        Fault fault = await Assert.ThrowsAsync<Fault>(() => server.Client.GetReportAsync(id, ReportFormat.Md));
        await server.Client.CancelSweepAsync(id, "enough");
        Assert.Equal(FaultCode.Conflict, fault.Code);
        Assert.Contains("visurf with seed 66", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_without_all_of_its_results_is_left_out_with_a_note()
    {
        string id = server.NewId();
        await server.RunAsync(Server.Spec(id, 71), id);
        SweepSpec spec = Server.Spec(id, 71);
        SubmitView extended = await server.Client.SubmitAsync(spec with { Rows = [.. spec.Rows, Held()] }, id);
        Assert.Equal(SubmitOutcome.Extended, extended.Outcome);
        string report = await server.Client.GetReportAsync(id, ReportFormat.Md);
        await server.Client.CancelSweepAsync(id, "enough");
        Assert.Contains($"Left out, because not every seed has a result: {QuickTrainer.Held}.", report, StringComparison.Ordinal);
        Assert.Contains("| visurf |", report, StringComparison.Ordinal);
    }

    private static RowSpec Held() => new()
    {
        Method = "sft",
        As = QuickTrainer.Held,
        Set = new Dictionary<string, System.Text.Json.Nodes.JsonNode> { ["sft.learningRate"] = 1e-5 },
    };
}
