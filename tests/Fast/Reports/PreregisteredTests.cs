using ViSurf.Sdk;
using ViSurf.Training.Reports;
using ViSurf.Training.Statistics;

namespace ViSurf.Tests.Fast.Reports;

public class PreregisteredTests
{
    private static readonly PreregistrationView Taken = new("abc", "1.0.0", DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_claim_that_came_true_is_supported_one_that_did_not_is_not_and_all_are_corrected_together()
    {
        StudyReport report = Report(5,
            new() { Name = "H1", Row = "visurf", Against = "sft", Measure = "HM" },
            new() { Name = "H2", Row = "sft", Against = "visurf", Measure = "HM" },
            new() { Name = "H3", Row = "visurf", Against = "rlvr", Measure = "pAcc", Claim = Claim.NotWorse, Margin = 0.2 });
        Assert.Equal([true, false, true], report.Hypotheses.Select(outcome => outcome.IsSupported));
        double[] p = [.. report.Hypotheses.Select(outcome => outcome.P)];
        Assert.Equal(Holm.Adjust(p), report.Hypotheses.Select(outcome => outcome.Holm));
        Assert.Equal(p[0], p[1]); // two-sided: that it is significant the wrong way supports nothing
        ReportTable table = report.Tables[0];
        Assert.Equal(["H1", "H2", "H3"], table.Lines.Select(line => line.Label));
        Assert.Equal(["supported", "not supported", "supported"], table.Lines.Select(line => line.Cells[^1].Value));
        Assert.Contains(report.Notes, note => note.StartsWith("Hypotheses were stored 1970-01-01 00:00:00Z", StringComparison.Ordinal));
        Assert.Contains("\"isSupported\": true", JsonReport.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void With_one_seed_nothing_is_tested_and_the_table_says_so()
    {
        StudyReport report = Report(1, new HypothesisSpec { Name = "H1", Row = "visurf", Against = "base", Measure = "HM" });
        Assert.Equal("not tested", report.Tables[0].Lines[0].Cells[^1].Value);
        Assert.False(report.Hypotheses[0].IsSupported);
    }

    [Fact]
    public void A_measure_that_is_not_known_is_named()
    {
        Fault fault = Assert.Throws<Fault>(() =>
            Report(3, new HypothesisSpec { Name = "H1", Row = "visurf", Against = "sft", Measure = "luck" }));
        Assert.Equal("preregistration.hypotheses[0].measure", fault.Subject);
    }

    [Theory]
    [InlineData("{name: H, row: nobody, against: sft, measure: HM}", "preregistration.hypotheses[0].row")]
    [InlineData("{name: H, row: sft, against: sft, measure: HM}", "preregistration.hypotheses[0].against")]
    [InlineData("{name: H, row: sft, against: base, measure: HM, margin: 0.1}", "preregistration.hypotheses[0].margin")]
    [InlineData("{name: H, row: sft, against: base, measure: HM, claim: notWorse}", "preregistration.hypotheses[0].margin")]
    public void A_hypothesis_that_does_not_fit_the_sweep_is_refused_by_name(string hypothesis, string subject)
    {
        SweepSpec sweep = Nano.Sweep("sft", "visurf") with
        {
            Preregistration = SpecText.Read<PreregistrationSpec>($"hypotheses: [{hypothesis}]", "test"),
        };
        Fault fault = Assert.Throws<Fault>(sweep.Expand);
        Assert.Equal((FaultCode.SpecInvalid, subject), (fault.Code, fault.Subject));
    }

    private static StudyReport Report(int seeds, params HypothesisSpec[] hypotheses) =>
        new(Studies.Of(seeds, ("sft", 0.2), ("rlvr", 0.6), ("visurf", 0.6)) with
        {
            Preregistered = new(new() { Hypotheses = hypotheses }, Taken),
        });
}
