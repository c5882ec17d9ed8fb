using System.Globalization;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;
using ViSurf.Training.Statistics;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Reports;

/// <summary>Whoever asks for other rows, columns, statistics or tests gets them, or is told why not.</summary>
public class ChoiceTests
{
    private static readonly Study Five = Studies.Small(seeds: 5, ("sft", 0.3), ("rlvr", 0.6), ("visurf", 0.7));
    private static readonly Study One = Studies.Small(seeds: 1, ("sft", 0.3), ("visurf", 0.7));

    [Fact]
    public void Without_a_choice_it_is_the_usual_report()
    {
        Assert.Equal(MarkdownReport.Write(new(Five)), MarkdownReport.Write(new(Five, new())));
        Assert.Equal(JsonReport.Write(new(Five)), JsonReport.Write(new(Five, Read())));
    }

    [Fact]
    public void A_row_a_seed_has_that_seed_s_value_and_an_interval_over_items()
    {
        StudyReport report = new(Five, Read(("rows", "seed")));
        Assert.Contains("visurf #3", report.Main.Lines.Select(line => line.Label));
        double[] bySeed = [.. new StudyReport(Five).Table.BySeed("visurf", 0)];
        Interval third = report.Table.Value("visurf #3", 0)!.Value;
        Assert.Equal(bySeed[2], third.Value);
        Assert.InRange(third.Value, third.Low, third.High);
        Assert.Contains(report.Tables, table => table.Lines.Any(line => line.Label == "visurf #3 - sft #3"));
        Assert.DoesNotContain(report.Tables, table => table.Lines.Any(line => line.Label == "visurf #3 - sft #2"));
        string csv = CsvReport.Write(report);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"visurf #3,harmonicMean,3,{bySeed[2]:R},,"), csv,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_s_rows_are_averaged_within_each_seed_and_the_label_says_so()
    {
        Study two = Studies.Small(seeds: 3, ("low", 0.2), ("high", 0.8)); // both rows are of one method
        StudyReport report = new(two, Read(("rows", "method"), ("measure", "pAcc")));
        StudyReport apart = new(two, Read(("measure", "pAcc")));
        double[] expected = [.. apart.Table.BySeed("low", 1).Zip(apart.Table.BySeed("high", 1), (a, b) => (a + b) / 2)];
        Assert.Equal(expected, report.Table.BySeed("visurf, mean of 2 rows", 1));
        Assert.Equal(SeedInterval.Of(expected), report.Table.Value("visurf, mean of 2 rows", 1));
        Assert.Contains("visurf, mean of 2 rows: of each seed the mean over low; high; the interval is over seeds.", report.Notes);
    }

    [Fact]
    public void Columns_may_be_benchmarks_and_what_one_does_not_measure_is_shown_as_missing()
    {
        StudyReport headlines = new(Five, Read(("cols", "benchmark")));
        Assert.Equal("mini-mix, HM", headlines.Main.Columns[1]);
        Assert.Contains("mini-find, direct, accuracy", headlines.Main.Columns);
        Assert.Equal(new StudyReport(Five).Table.Value("visurf", 0), headlines.Table.Value("visurf", 0));
        StudyReport chosen = new(Five, Read(("cols", "benchmark"), ("measure", "HM")));
        Assert.Equal(["", "mini-mix", "mini-mix-noto", "mini-find, think"], chosen.Main.Columns.Take(4));
        Assert.All(chosen.Main.Lines, line => Assert.Equal("-", line.Cells[2].Value));
    }

    [Theory]
    [InlineData("mean", "^0\\.\\d{3}$", "")]
    [InlineData("mean+-std", "^0\\.\\d{3} \u00b1 0\\.\\d{3}$", "")]
    [InlineData("mean+-ci", "^0\\.\\d{3}$", "..")]
    [InlineData("median", "^0\\.\\d{3}$", "")]
    public void A_cell_holds_the_statistic_that_was_asked_for(string statistic, string value, string interval)
    {
        StudyReport report = new(Five, Read(("stat", statistic), ("measure", "HM")));
        ReportCell cell = report.Main.Lines.Single(line => line.Label == "visurf").Cells[0];
        Assert.Matches(value, cell.Value);
        Assert.Contains(interval, cell.Interval, StringComparison.Ordinal);
        Assert.Equal(interval.Length > 0, cell.Interval.Length > 0);
        double[] bySeed = [.. report.Table.BySeed("visurf", 0)];
        double expected = statistic == "median" ? bySeed.Order().ElementAt(2) : bySeed.Average();
        Assert.StartsWith(expected.ToString("0.000", CultureInfo.InvariantCulture), cell.Value, StringComparison.Ordinal);
        if (statistic == "mean+-std")
        {
            string deviation = PairedTest.Deviation(bySeed).ToString("0.000", CultureInfo.InvariantCulture);
            Assert.EndsWith(deviation, cell.Value, StringComparison.Ordinal);
            Assert.Contains(@" $\pm$ 0.", LatexReport.Write(report), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("paired-t")]
    [InlineData("paired-bootstrap")]
    [InlineData("clustered-bootstrap")]
    [InlineData("wilcoxon-items")]
    [InlineData("mcnemar")]
    public void Every_test_finds_a_large_difference_and_corrects_all_together(string test)
    {
        StudyReport report = new(Five, Read(("test", test), ("measure", "pAcc")));
        Contrast far = report.Contrasts.Single(one => one.Other == "sft");
        Assert.True(far.IsSignificant && far.Difference.ExcludesZero, $"{far}");
        Assert.All(report.Contrasts, one => Assert.InRange(one.Holm, one.P, 1));
        Assert.Contains(report.Tables.Single().Lines, line => line.Label == "visurf - sft" && line.Cells[0].Value.EndsWith('*'));
        Assert.Contains(report.Notes, note => note.StartsWith("A star: p < .05 by ", StringComparison.Ordinal));
    }

    [Fact]
    public void Five_seeds_in_ranks_find_nothing_and_the_report_says_why()
    {
        StudyReport report = new(Five, Read(("test", "wilcoxon"), ("measure", "pAcc")));
        Assert.Equal(0.0625, report.Contrasts.Single(one => one.Other == "sft").P, 1e-12);
        Assert.DoesNotContain(report.Contrasts, one => one.IsSignificant);
        Assert.Contains(report.Notes, note => note.EndsWith("p is 0.0625 at the least before the correction.", StringComparison.Ordinal));
    }

    [Fact]
    public void McNemar_pairs_the_answers_of_one_seed_to_the_same_items()
    {
        StudyReport report = new(One, Read(("test", "mcnemar"), ("measure", "pAcc"), ("against", "sft")));
        bool[] Right(int row) => [.. One.Rows[row].Results[0].Task().Items
            .Where(item => item.Cell.EndsWith("present", StringComparison.Ordinal)).Select(item => item.Score == 1)];
        (bool First, bool Second)[] pairs = [.. Right(1).Zip(Right(0))];
        double p = McNemar.Of([.. pairs.Select(pair => pair.First ? 1.0 : 0)], [.. pairs.Select(pair => pair.Second ? 1.0 : 0)]).P;
        Assert.Equal(p, Assert.Single(report.Contrasts).P);
    }

    [Fact]
    public void A_margin_is_held_against_the_bound_of_the_paired_t()
    {
        Study near = Studies.Small(seeds: 5, ("rlvr", 0.7), ("visurf", 0.7));
        StudyReport report = new(near, Read(("margin", "0.2"), ("against", "rlvr")));
        MarginTest test = Assert.Single(report.NonInferior);
        Assert.True(test.Test.Holds);
        Assert.Equal(report.Table.Difference("visurf", "rlvr", 0).Low, test.Test.Bound);
        Assert.Contains(report.Notes,
            note => note.StartsWith("visurf is non-inferior to rlvr in HM by the margin 0.2: ", StringComparison.Ordinal));
        StudyReport narrow = new(near, Read(("margin", "0.0001"), ("against", "rlvr")));
        Assert.Contains(narrow.Notes, note => note.StartsWith("visurf is not shown to be non-inferior to rlvr", StringComparison.Ordinal));
        Assert.True(JsonReport.Make(report)["nonInferiority"]![0]!["isNonInferior"]!.GetValue<bool>());
    }

    [Fact]
    public void Where_fewer_is_better_a_margin_is_held_against_the_other_side()
    {
        StudyReport report = new(Five, Read(("margin", "0.5"), ("against", "rlvr"), ("measure", "trainTestGap")));
        int gap = report.Table.Measures.Index().Single(one => one.Item.Name == "trainTestGap").Index;
        Interval more = report.Table.Difference("visurf", "rlvr", gap);
        Assert.Equal(-more.High, report.NonInferior[0].Test.Bound, 1e-12);
    }

    [Fact]
    public void Costs_count_a_shared_stage_for_every_row_and_once_in_the_bill()
    {
        Study study = Studies.Small(seeds: 1, ("sft", 0.3), ("visurf", 0.7));
        ExperimentResult sft = study.Rows[0].Results[0];
        ExperimentResult own = study.Rows[1].Results[0];
        Study shared = study with
        {
            Rows = [study.Rows[0], new("visurf", [own with { Stages = [sft.Stages[0], own.Stages[0]] }])],
        };
        StudyReport report = new(shared, Read(("cols", "cost")));
        Assert.Equal(["160", "320"], report.Main.Lines.Select(line => line.Cells[0].Value));
        Assert.Contains(report.Notes, note => note.StartsWith("The sweep's bill, each stage once: 320 prompts", StringComparison.Ordinal));
    }

    [Fact]
    public void Peak_memory_is_the_highest_of_any_stage_and_a_bound_where_it_was_shared()
    {
        StudyRow Held(string label, params StageCost[] costs) => new(label,
        [
            One.Rows[0].Results[0] with { Stages = [.. costs.Select((cost, i) => new StageResult($"{label}{i}", 1, default, cost))] },
        ]);
        const long Mebibyte = 1 << 20;
        Study study = One with
        {
            Rows =
            [
                Held("alone", new(PeakBytes: 300 * Mebibyte), new(PeakBytes: 1200 * Mebibyte)),
                Held("beside", new(PeakBytes: 800 * Mebibyte, IsPeakShared: true), new(PeakBytes: 500 * Mebibyte)),
                Held("before", new(PeakBytes: 800 * Mebibyte), new StageCost()),
            ],
        };
        StudyReport report = new(study, Read(("cols", "cost")));
        Assert.Equal("peak MiB", report.Main.Columns[^1]);
        Assert.Equal(["1,200", "<= 800", "-"], report.Main.Lines.Select(line => line.Cells[^1].Value));
        Assert.Equal(300 * Mebibyte, new StageCost(PeakBytes: 300 * Mebibyte).Plus(new(PeakBytes: Mebibyte)).PeakBytes);
    }

    [Fact]
    public async Task Parquet_holds_what_csv_holds_and_the_same_results_give_the_same_bytes()
    {
        StudyReport report = new(Five);
        byte[] bytes = await ParquetReport.WriteAsync(report, TestContext.Current.CancellationToken);
        Assert.Equal(bytes, await ParquetReport.WriteAsync(new(Five), TestContext.Current.CancellationToken));
        using MemoryStream file = new(bytes);
        await using Parquet.ParquetReader reader = await Parquet.ParquetReader.CreateAsync(
            file, cancellationToken: TestContext.Current.CancellationToken);
        Parquet.Schema.DataField[] fields = reader.Schema.GetDataFields();
        Assert.Equal(["row", "seed", "benchmark", "measure", "value", "low", "high"], fields.Select(field => field.Name));
        using Parquet.ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        double[] values = new double[group.RowCount];
        await group.ReadAsync<double>(fields[4], values.AsMemory());
        Assert.Equal(ReportValue.All(report).Select(one => one.Value), values);
    }

    [Theory]
    [InlineData("rows", "is 'column'; allowed: row, method, seed", "rows=column")]
    [InlineData("cols", "allowed: measure, benchmark, cost", "cols=x")]
    [InlineData("stat", "allowed: mean, mean\u00b1std, mean\u00b1ci, median", "stat=mode")]
    [InlineData("test", "allowed: paired-t, wilcoxon, paired-bootstrap, clustered-bootstrap, wilcoxon-items, mcnemar, none", "test=z")]
    [InlineData("measure", "is 'IoU'; allowed: harmonicMean, pAcc, nAcc", "measure=IoU")]
    [InlineData("measure", "is harmonicMean, which is no mean of single answers", "measure=HM", "test=mcnemar")]
    [InlineData("margin", "is 'wide'; allowed: a number above 0, at most 1", "margin=wide", "against=sft")]
    [InlineData("margin", "needs against", "margin=0.05")]
    [InlineData("margin", "is tested over seeds, but each row has one seed", "margin=0.05", "against=sft")]
    [InlineData("against", "is 'rlvr'; allowed: sft, visurf, base", "against=rlvr")]
    [InlineData("against", "is 'visurf', the subject itself; allowed: sft, base", "against=visurf")]
    [InlineData("subject", "is 'rlvr'; allowed: sft, visurf", "subject=rlvr")]
    [InlineData("test", "is paired-t, over seeds, but each row has one seed; allowed: paired-bootstrap", "test=paired-t")]
    [InlineData("test", "is wilcoxon, over seeds", "test=wilcoxon")]
    [InlineData("cols", "is cost, where nothing is measured", "cols=cost", "test=mcnemar")]
    public void What_cannot_be_had_is_refused_by_name_with_what_can(string subject, string reason, params string[] words)
    {
        Fault fault = Assert.Throws<Fault>(() => new StudyReport(One, Read([.. words.Select(word => word.Split('=')).Select(pair =>
            (pair[0], pair[1]))])));
        Assert.Equal((FaultCode.SpecInvalid, subject), (fault.Code, fault.Subject));
        Assert.Contains(reason, fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_row_is_the_usual_subject_a_test_wants_one_named()
    {
        Study study = Studies.Small(seeds: 2, ("sft", 0.3), ("rlvr", 0.4));
        Fault fault = Assert.Throws<Fault>(() => new StudyReport(study, Read(("test", "paired-t"))));
        Assert.Equal("subject: is to be named, because no row is 'visurf'; allowed: sft, rlvr", fault.Message);
        Assert.NotEmpty(new StudyReport(study, Read(("test", "paired-t"), ("subject", "rlvr"))).Contrasts);
    }

    [Fact]
    public void Results_without_concepts_are_not_resampled_by_concept()
    {
        StudyRow row = One.Rows[0];
        Measurement[] old = [.. row.Results[0].Measurements
            .Select(one => one with { Items = [.. one.Items.Select(item => item with { Concept = null })] })];
        Study study = One with { Rows = [new("sft", [row.Results[0] with { Measurements = old }]), One.Rows[1]] };
        Fault fault = Assert.Throws<Fault>(() => new StudyReport(study, Read(("test", "clustered-bootstrap"))));
        Assert.Equal((FaultCode.Conflict, "test"), (fault.Code, fault.Subject));
    }

    private static ReportChoices Read(params (string Name, string Value)[] words) =>
        ReportChoices.Read(name => words.FirstOrDefault(word => word.Name == name).Value);
}
