using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;
using ViSurf.Training.Statistics;

namespace ViSurf.Tests.Fast.Reports;

public class ComparisonTests
{
    private static readonly Study Study = Studies.Small(seeds: 5, ("sft", 0.3), ("visurf", 0.7));

    [Fact]
    public void Sweeps_are_compared_seed_by_seed_with_Student_s_paired_t()
    {
        ComparisonView view = Compare([.. Study.Rows[1].Results], [.. Study.Rows[0].Results], null);
        Assert.Equal(("paired-t", "seeds"), (view.Test, view.Over));
        ComparedLine line = view.Lines.Single(one => one.Measure == "pAcc");
        StudyTable table = new StudyReport(Study).Table;
        PairedTest test = PairedTest.Of(table.Differences("visurf", "sft", 1));
        Assert.Equal((test.Difference.Value, test.Difference.Low, test.P), (line.Difference, line.Low, line.P));
        Assert.Equal(line.First - line.Second, line.Difference, 1e-12);
        Assert.All(view.Lines, one => Assert.True(one.Holm >= one.P));
        Assert.DoesNotContain(view.Lines, one => one.Measure == "trainTestGap"); // each is trained on items of its own
    }

    [Fact]
    public void Two_experiments_are_compared_over_items_and_the_notes_say_what_that_is_not()
    {
        ComparisonView view = Compare([Study.Rows[1].Results[0]], [Study.Rows[0].Results[1]], null);
        Assert.Equal(("paired-bootstrap", "items"), (view.Test, view.Over));
        Assert.Contains(view.Notes, note => note.Contains("another seed", StringComparison.Ordinal));
        Assert.True(view.Lines.Single(one => one.Measure == "pAcc").Low > 0);
        Assert.Null(Compare([Study.Rows[1].Results[0]], [Study.Rows[0].Results[0]], ReportTest.McNemar)
            .Lines.Single(one => one.Measure == "harmonicMean").P);
    }

    [Theory]
    [InlineData("data.benchmark")]
    [InlineData("evaluate.split")]
    [InlineData("evaluate.seed")]
    [InlineData("evaluate.items")]
    [InlineData("data.prompt")]
    public void What_was_measured_on_other_items_is_refused_with_the_field(string field)
    {
        ExperimentResult other = Study.Rows[0].Results[0];
        ExperimentSpec spec = field switch
        {
            "data.benchmark" => other.Spec with { Data = other.Spec.Data with { Benchmark = "mini-new" } },
            "data.prompt" => other.Spec with { Data = other.Spec.Data with { Prompt = PromptMode.Direct } },
            "evaluate.split" => other.Spec with { Evaluate = other.Spec.Evaluate with { Split = EvaluatedSplit.Dev } },
            "evaluate.seed" => other.Spec with { Evaluate = other.Spec.Evaluate with { Seed = 9 } },
            _ => other.Spec with { Evaluate = other.Spec.Evaluate with { Items = 9 } },
        };
        Fault fault = Assert.Throws<Fault>(() => Compare([Study.Rows[1].Results[0]], [other with { Spec = spec }], null));
        Assert.Equal((FaultCode.Conflict, "b"), (fault.Code, fault.Subject));
        Assert.Contains(field, fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_over_seeds_wants_several()
    {
        Fault fault = Assert.Throws<Fault>(() => Compare([Study.Rows[1].Results[0]], [Study.Rows[0].Results[0]], ReportTest.PairedT));
        Assert.Equal((FaultCode.SpecInvalid, "test"), (fault.Code, fault.Subject));
    }

    private static ComparisonView Compare(ExperimentResult[] first, ExperimentResult[] second, ReportTest? test) =>
        Comparison.Of("a", "b", [new("row", first, second)], test, []);
}
