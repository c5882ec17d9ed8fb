using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;

namespace ViSurf.Training.Reports;

/// <summary>The tables and notes of a study, the same in every format.</summary>
public sealed class StudyReport
{
    /// <param name="study">The results, a row a row of the sweep.</param>
    /// <param name="choices">What is shown; the usual report where nothing is given.</param>
    /// <exception cref="Fault">SpecInvalid: a choice names no measure or row, or asks for what these results do not have.</exception>
    public StudyReport(Study study, ReportChoices? choices = null)
    {
        choices ??= new();
        Study = study.By(choices.Rows);
        Benchmark benchmark = Catalogs.Benchmarks.Make(study.Spec.Data.Benchmark, "data.benchmark");
        ColumnChoice columns = ColumnChoice.Of(benchmark, choices);
        RowComparison comparison = RowComparison.Of(study, Study, choices);
        Table = new(Study, columns.All);
        int[] shown = [.. columns.Shown.Select(name => Table.Measures.Index().First(pair => pair.Item.Name == name).Index)];
        comparison.DemandTested([.. shown.Select(place => Table.Measures[place])], choices);
        Test = comparison.Test;
        Contrasts = Contrast.Of(Table, Test, comparison.Pairs, shown);
        NonInferior = comparison.NonInferiorities(Table, choices.Measures.Count == 0 ? [.. shown.Take(1)] : shown);
        Main = choices.Columns == ReportColumns.Cost
            ? CostTable.Of(study.Name, Study)
            : ReportTable.Values(study.Name, Table, columns.Shown, choices.Statistic, columns.IsUsual);
        Hypotheses = columns.IsUsual && choices.Rows == ReportRows.Row ? Study.Preregistered?.Outcomes(Table) ?? [] : [];
        Tables = [.. OtherTables(benchmark, columns, comparison, choices.Statistic)];
        Notes = new StudyNotes(Study, choices, Test).Write(Contrasts, NonInferior);
    }

    public Study Study { get; }

    public StudyTable Table { get; }

    /// <summary>The table with the headline.</summary>
    public ReportTable Main { get; }

    public IReadOnlyList<ReportTable> Tables { get; }

    /// <summary>How <see cref="Contrasts"/> are tested.</summary>
    public ReportTest Test { get; }

    /// <summary>The row of interest against the others, corrected together; none where nothing is tested.</summary>
    public IReadOnlyList<Contrast> Contrasts { get; }

    /// <summary>Whether the row of interest is worse than another by less than a margin; none where nobody asked.</summary>
    public IReadOnlyList<MarginTest> NonInferior { get; }

    /// <summary>What came of preregistered hypotheses, in the usual report.</summary>
    public IReadOnlyList<HypothesisOutcome> Hypotheses { get; }

    /// <summary>What a reader must know to read the tables.</summary>
    public IReadOnlyList<string> Notes { get; }

    private IEnumerable<ReportTable> OtherTables(
        Benchmark benchmark, ColumnChoice columns, RowComparison comparison, ReportStatistic statistic)
    {
        if (Hypotheses.Count > 0)
        {
            yield return HypothesisTable.Of(Hypotheses);
        }

        string[] old = [.. Measure.ForRetention(benchmark).Select(measure => measure.Name)];
        string[] names = [.. columns.All.Select(measure => measure.Name)];
        string[] cells = [.. names.Intersect(ColumnChoice.CellNames)];
        if (columns.IsUsual && cells.Length > 0)
        {
            yield return ReportTable.Values("By cell", Table, cells, statistic, withCost: false);
        }

        if (comparison.Pairs.Count > 0 && columns.Shown.Count > 0)
        {
            yield return ReportTable.Differences($"{comparison.Title} (bold: the interval excludes 0)",
                Table, comparison.Pairs, columns.Shown, Contrasts);
        }

        if (columns.IsUsual && old.Length > 0)
        {
            const string Against = "base, and the change against it (bold: the interval excludes 0)";
            yield return ReportTable.Changes($"What the base could: {Against}",
                Table, [.. names.Intersect([ColumnChoice.KnownPresent]), .. old]);
            foreach (MeasureKind kind in ColumnChoice.Apart)
            {
                yield return ReportTable.Changes($"Old tasks, {kind.Title}: {Against}",
                    Table, [.. Measure.ForRetention(benchmark, kind).Select(measure => measure.Name)]);
            }
        }
    }
}
