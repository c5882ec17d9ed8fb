using System.Text;
using System.Text.Json.Nodes;
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
            byte[] report = await server.Client.GetReportBytesAsync(id, format);
            Assert.Contains("visurf", Encoding.UTF8.GetString(report), StringComparison.Ordinal);
            Assert.Equal(report, await server.Client.GetReportBytesAsync(id, format));
        }

        Fault fault = await Assert.ThrowsAsync<Fault>(() => server.Client.GetReportAsync(id, ReportFormat.Parquet));
        Assert.Equal(FaultCode.SpecInvalid, fault.Code);

        Assert.Contains("<svg", await server.Client.GetReportAsync(id, ReportFormat.Html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_chosen_is_shown_and_what_is_not_there_is_refused()
    {
        string id = server.NewId();
        await server.RunAsync(Server.Spec(id, 62, 63), id);
        ReportChoices choices = new()
        {
            Rows = ReportRows.Seed,
            Columns = ReportColumns.Benchmark,
            Statistic = ReportStatistic.Mean,
            Test = ReportTest.McNemar,
            Measures = ["pAcc"],
            Subject = "visurf",
            Against = "sft",
        };
        string report = await server.Client.GetReportAsync(id, ReportFormat.Md, choices);
        Assert.Contains("| visurf #63 - sft #63 |", report, StringComparison.Ordinal);
        Assert.Contains("mini-mix-noto", report, StringComparison.Ordinal);
        Assert.Contains("McNemar", report, StringComparison.Ordinal);
        ReportChoices margin = new() { Statistic = ReportStatistic.MeanStd, Against = "sft", Margin = 0.05 };
        report = await server.Client.GetReportAsync(id, ReportFormat.Md, margin);
        Assert.Contains("non-inferior to sft in HM by the margin 0.05", report, StringComparison.Ordinal);
        Assert.Contains(" \u00b1 ", report, StringComparison.Ordinal);
        Fault fault = await Assert.ThrowsAsync<Fault>(
            () => server.Client.GetReportAsync(id, ReportFormat.Md, choices with { Measures = ["HM"] }));
        Assert.Equal((FaultCode.SpecInvalid, "measure"), (fault.Code, fault.Subject));
    }

    [Fact]
    public async Task Hypotheses_are_kept_and_answered_and_those_that_come_after_a_score_are_refused()
    {
        string id = server.NewId();
        SweepSpec spec = Server.Spec(id, 71, 72) with
        {
            Preregistration = new()
            {
                Hypotheses = [new() { Name = "H1", Row = "visurf", Against = "sft", Measure = "HM", Claim = Claim.NotWorse, Margin = 0.5 }],
            },
        };
        spec.Base["evaluate"]!["seed"] = 901; // nobody has scored these
        SweepView ended = await server.RunAsync(spec, id);
        Assert.Equal(ended.CreatedAt.ToUnixTimeMilliseconds(), ended.Preregistration!.RegisteredAt.ToUnixTimeMilliseconds());
        string report = await server.Client.GetReportAsync(id, ReportFormat.Md);
        Assert.Contains("| H1 | visurf not worse than sft by 0.5 in HM |", report, StringComparison.Ordinal);
        Assert.Contains(ended.Preregistration.Sha256, report, StringComparison.Ordinal);
        Fault late = await Assert.ThrowsAsync<Fault>(() => server.Client.SubmitAsync(spec, server.NewId()));
        Assert.Equal((FaultCode.Conflict, "preregistration"), (late.Code, late.Subject));
    }

    [Fact]
    public async Task Sweeps_and_experiments_are_compared_and_what_does_not_fit_is_refused()
    {
        (string one, string other, string apart) = (server.NewId(), server.NewId(), server.NewId());
        await server.RunAsync(Server.Spec(one, 64, 65), one);
        await server.RunAsync(Server.Spec(other, 64, 65) with { Rows = [Server.Spec(other).Rows[0]] }, other);
        await server.RunAsync(Server.Spec(apart, 67), apart);
        ComparisonView view = await server.Client.CompareAsync(one, other);
        Assert.Equal((one, other, "paired-t"), (view.First, view.Second, view.Test));
        Assert.All(view.Lines, line => Assert.Equal(("sft", 0.0, 1.0), (line.Row, line.Difference, line.P!.Value)));
        Assert.Contains($"Left out, because only {one} has it: visurf.", view.Notes);

        Fault seeds = await Assert.ThrowsAsync<Fault>(() => server.Client.CompareAsync(one, apart));
        Assert.Equal((FaultCode.Conflict, apart), (seeds.Code, seeds.Subject));
        string[] experiments = [.. (await server.Client.ListExperimentsAsync(one).ToListAsync()).Select(each => each.Id)];
        ComparisonView two = await server.Client.CompareAsync(experiments[0], experiments[1], ReportTest.McNemar);
        Assert.Equal("mcnemar", two.Test);
        Fault kinds = await Assert.ThrowsAsync<Fault>(() => server.Client.CompareAsync(one, experiments[0]));
        Assert.Equal((FaultCode.SpecInvalid, "second"), (kinds.Code, kinds.Subject));
        Fault none = await Assert.ThrowsAsync<Fault>(() => server.Client.CompareAsync(one, "none"));
        Assert.Equal(FaultCode.NotFound, none.Code);
    }

    [Fact]
    public async Task Plots_are_listed_and_drawn_and_one_that_is_not_there_is_refused()
    {
        string id = server.NewId();
        await server.RunAsync(Server.Spec(id, 68, 69), id);
        PlotView[] plots = await server.Client.ListPlotsAsync(id).ToArrayAsync();
        Assert.Contains("bars", plots.Select(plot => plot.Name));
        foreach (PlotView plot in plots)
        {
            byte[] svg = await server.Client.GetPlotAsync(id, plot.Name, PlotFormat.Svg);
            Assert.Contains("<svg", Encoding.UTF8.GetString(svg), StringComparison.Ordinal);
            Assert.Equal(svg, await server.Client.GetPlotAsync(id, plot.Name, PlotFormat.Svg));
        }

        byte[] png = await server.Client.GetPlotAsync(id, "bars", PlotFormat.Png, "pAcc");
        Assert.Equal("PNG", Encoding.ASCII.GetString(png, 1, 3));
        Fault name = await Assert.ThrowsAsync<Fault>(() => server.Client.GetPlotAsync(id, "pie", PlotFormat.Svg));
        Assert.Equal((FaultCode.NotFound, "pie"), (name.Code, name.Subject));
        Assert.Contains("bars", name.Reason, StringComparison.Ordinal);
        (int status, JsonNode body) = await server.SendAsync(HttpMethod.Get, $"v1/sweeps/{id}/plots/bars?format=pdf");
        Assert.Equal(400, status);
        Assert.Contains("svg, png", body["detail"]!.GetValue<string>(), StringComparison.Ordinal);
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
        Set = new Dictionary<string, JsonNode> { ["sft.learningRate"] = 1e-5 },
    };
}
