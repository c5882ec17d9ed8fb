using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Training.Reports;

/// <summary>The stored results that a report compares.</summary>
/// <param name="Seeds">Those of each row; where a row has one seed of several, the first alone.</param>
/// <param name="Rows">The trained rows; each has its results in the order of <paramref name="Seeds"/>.</param>
/// <param name="Base">Measurements of the model before training; none where it is not compared.</param>
/// <param name="Trivial">Outcomes on the task of policies that look at no picture.</param>
public sealed record Study(
    string Name,
    IReadOnlyList<int> Seeds,
    IReadOnlyList<StudyRow> Rows,
    IReadOnlyList<Measurement> Base,
    IReadOnlyDictionary<string, Measurement> Trivial)
{
    /// <summary>The spec of the first experiment: what all share stands in it.</summary>
    public ExperimentSpec Spec => Rows[0].Results[0].Spec;

    /// <summary>The rows that are not there because a seed of theirs has no result.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>What was claimed before anything was known; null where nothing was.</summary>
    public Preregistered? Preregistered { get; init; }

    /// <summary>The seeds, where each row has one of them; else none.</summary>
    public IReadOnlyList<int> RowSeeds { get; init; } = [];

    /// <summary>The seeds, whether a row has all of them or one.</summary>
    public IReadOnlyList<int> AllSeeds => RowSeeds.Count > 0 ? RowSeeds : Seeds;

    /// <summary>The study with other rows: a method's together, or each seed's apart.</summary>
    public Study By(ReportRows rows) => rows switch
    {
        ReportRows.Method => this with
        {
            Rows = [.. Rows.GroupBy(row => row.Results[0].Spec.Method.Name).Select(same => StudyRow.Together(same.Key, [.. same]))],
        },
        ReportRows.Seed => this with
        {
            Rows = [.. Rows.SelectMany(row => row.Results.Select(result =>
                new StudyRow($"{row.Label} #{result.Spec.Seed}", [result]) { Of = [row.Label] }))],
            Seeds = [Seeds[0]],
            RowSeeds = Seeds,
        },
        _ => this,
    };

    /// <summary>Which of the study's seeds is a row's first.</summary>
    internal int PlaceOf(StudyRow row) => Math.Max(0, RowSeeds.ToList().IndexOf(row.Results[0].Spec.Seed));
}

/// <summary>One row: the same settings with each seed.</summary>
/// <param name="Results">By seed; as many for each as the row has members.</param>
public sealed record StudyRow(string Label, IReadOnlyList<ExperimentResult> Results)
{
    /// <summary>The rows that are shown as this one, each seed's mean over them.</summary>
    public IReadOnlyList<string> Of { get; init; } = [Label];

    public int Members => Of.Count;

    internal static StudyRow Together(string method, IReadOnlyList<StudyRow> rows) =>
        new(rows.Count == 1 ? method : $"{method}, mean of {rows.Count} rows",
            [.. rows[0].Results.SelectMany((_, seed) => rows.Select(row => row.Results[seed]))])
        {
            Of = [.. rows.Select(row => row.Label)],
        };
}
