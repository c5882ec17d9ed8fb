using ViSurf.Sdk;
using ViSurf.Training.Reports;
using ViSurf.Training.Statistics;

namespace ViSurf.Tests.Fast.Reports;

/// <summary>How well a row tells what is not there stands beside how often it says so.</summary>
public class AurocReportTests
{
    private const string Title = "absent, AUROC";
    private static readonly Study Three = Studies.Sure(seeds: 3, ("sft", 0.1), ("visurf", 0.9));

    [Fact]
    public void It_is_the_column_after_N_acc_with_an_interval_over_seeds()
    {
        StudyReport report = new(Three);
        Assert.Equal(["", "HM", "P-acc", "N-acc", Title], report.Main.Columns.Take(5));
        int place = PlaceOf(report);
        Interval value = report.Table.Value("visurf", place)!.Value;
        double[] bySeed = [.. report.Table.BySeed("visurf", place)];
        Assert.Equal(SeedInterval.Of(bySeed), value);
        Assert.All(bySeed, one => Assert.InRange(one, 0.95, 1)); // of two uniform draws, one .9 further on: 1 - .1 * .1 / 2
        Assert.True(report.Table.IsBold("visurf", place));
        Assert.Contains(report.Notes, note => note.StartsWith("Absent, AUROC: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_one_seed_its_interval_is_over_items_and_of_concepts_where_that_is_asked()
    {
        Study one = Studies.Sure(seeds: 1, ("sft", 0.1), ("visurf", 0.5));
        StudyReport report = new(one, Read(("measure", "auroc"), ("test", "clustered-bootstrap")));
        Interval value = report.Table.Value("visurf", PlaceOf(report))!.Value;
        Assert.True(value.Low < value.Value && value.Value < value.High && value.High < 1, $"{value}");
        Contrast contrast = report.Contrasts.Single(pair => pair.Other == "sft");
        Assert.Equal("auroc", contrast.Measure);
        Assert.True(contrast.Difference.ExcludesZero, $"{contrast}");
    }

    [Fact]
    public void What_was_stored_before_it_was_measured_shows_none_and_is_not_tested()
    {
        StudyReport report = new(Studies.Of(seeds: 3, ("sft", 0.3), ("visurf", 0.7)));
        int column = report.Main.Columns.ToList().IndexOf(Title) - 1;
        Assert.All(report.Main.Lines, line => Assert.Equal("-", line.Cells[column].Value));
        Assert.DoesNotContain(report.Contrasts, contrast => contrast.Measure == "auroc");
        Assert.NotEmpty(report.Contrasts);
    }

    [Fact]
    public void One_result_that_was_stored_before_leaves_its_row_without()
    {
        StudyRow old = Studies.Of(seeds: 3, ("sft", 0.1)).Rows[0];
        StudyRow row = Three.Rows[0];
        StudyReport report = new(Three with { Rows = [row with { Results = [old.Results[0], .. row.Results.Skip(1)] }, Three.Rows[1]] });
        Assert.Null(report.Table.Value("sft", PlaceOf(report)));
        Assert.NotNull(report.Table.Value("visurf", PlaceOf(report)));
    }

    [Fact]
    public void It_is_no_mean_of_single_answers_and_no_policy_that_looks_at_nothing_has_it()
    {
        Fault fault = Assert.Throws<Fault>(() => new StudyReport(Three, Read(("measure", "auroc"), ("test", "mcnemar"))));
        Assert.Equal("measure", fault.Subject);
        StudyReport report = new(Three, Read(("measure", "auroc"), ("cols", "benchmark")));
        Assert.Equal(["", "mini-mix", "mini-mix-noto"], report.Main.Columns.Take(3));
        Assert.Equal("-", report.Main.Lines.Single(line => line.Label == "always-empty").Cells[0].Value);
        Assert.All(report.Main.Lines.Where(line => line.Label is "sft" or "visurf"), line => Assert.NotEqual("-", line.Cells[1].Value));
    }

    private static int PlaceOf(StudyReport report) => report.Table.Measures.Index().Single(one => one.Item.Name == "auroc").Index;

    private static ReportChoices Read(params (string Name, string Value)[] words) =>
        ReportChoices.Read(name => words.FirstOrDefault(word => word.Name == name).Value);
}
