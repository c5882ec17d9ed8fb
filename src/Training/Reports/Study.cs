using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Training.Reports;

/// <summary>The stored results that a report compares.</summary>
/// <param name="Rows">The trained rows; each has one result a seed, in the order of <paramref name="Seeds"/>.</param>
/// <param name="Base">Measurements of the model before training.</param>
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
}

/// <summary>One row: the same settings with each seed.</summary>
public sealed record StudyRow(string Label, IReadOnlyList<ExperimentResult> Results);
