using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;

namespace ViSurf.Tests.Fast.Reports;

public class RetentionReportTests
{
    private const string Failures = "mini-find/think/parseFailureRate";
    private const string Readable = "mini-find/think/readableAcc";

    [Fact]
    public void Old_tasks_show_apart_what_cannot_be_read_and_what_is_right_of_the_rest()
    {
        StudyReport report = new(Spoilt(Studies.Of(3, ("sft", 0.5), ("visurf", 0.5)), unread: 40));
        double right = Value(report, "mini-find/think");
        Assert.Equal(0.4, Value(report, Failures), 9);
        Assert.Equal(right / 0.6, Value(report, Readable), 9); // of 100 answers, 60 are read and all right ones are among them
        ReportTable failures = Of(report, "Old tasks, parse failures");
        Assert.Equal(9, failures.Columns.Count); // four tasks with two prompts, after the label
        Assert.Equal("+0.400", failures.Lines.Single(line => line.Label == "visurf").Cells[0].Value);
    }

    [Fact]
    public void A_row_of_which_nothing_can_be_read_is_not_right_nor_wrong_but_missing()
    {
        StudyReport report = new(Spoilt(Studies.Of(3, ("visurf", 0.5)), unread: 100));
        Assert.Null(report.Table.Value("visurf", Place(report, Readable)));
        ReportTable readable = Of(report, "Old tasks, right of readable");
        Assert.Equal("-", readable.Lines.Single(line => line.Label == "visurf").Cells[0].Value);
    }

    [Fact]
    public void Where_drawn_items_may_hold_nothing_to_read_there_is_a_value_and_no_interval()
    {
        StudyReport report = new(Spoilt(Studies.Of(1, ("visurf", 0.5)), unread: 99));
        Assert.Equal(new(1, double.NegativeInfinity, double.PositiveInfinity), report.Table.Value("visurf", Place(report, Readable)));
        ReportCell change = Of(report, "Old tasks, right of readable").Lines.Single(line => line.Label == "visurf").Cells[0];
        Assert.Equal(("", false), (change.Interval, change.Bold));
        Assert.DoesNotContain("NaN", MarkdownReport.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void The_task_itself_can_be_taken_apart_by_name_and_its_usual_table_is_not_wider_for_it()
    {
        Study study = Studies.Of(2, ("visurf", 0.5));
        Assert.Equal(["", "right of readable"], new StudyReport(study, new() { Measures = ["readableAcc"] }).Main.Columns);
        Assert.DoesNotContain("right of readable", new StudyReport(study).Main.Columns);
    }

    // The last answers to each old task can't be read, and right ones come first.
    private static Study Spoilt(Study study, int unread) => study with
    {
        Rows = [.. study.Rows.Select(row => row with
        {
            Results = [.. row.Results.Select(result => result with
            {
                Measurements = [.. result.Measurements.Select(one => one.Role == MeasurementRole.Retention ? Spoilt(one, unread) : one)],
            })],
        })],
    };

    private static Measurement Spoilt(Measurement one, int unread)
    {
        int read = one.Items.Count - unread;
        int right = Math.Min(read, (int)one.Items.Sum(item => item.Score));
        return one with
        {
            Items = [.. one.Items.Select((item, i) => item with { Score = i < right ? 1 : 0, IsParsed = i < read })],
        };
    }

    private static double Value(StudyReport report, string measure) => report.Table.Value("visurf", Place(report, measure))!.Value.Value;

    private static ReportTable Of(StudyReport report, string title) =>
        report.Tables.Single(table => table.Title.StartsWith(title, StringComparison.Ordinal));

    private static int Place(StudyReport report, string measure) =>
        report.Table.Measures.Index().Single(pair => pair.Item.Name == measure).Index;
}
