using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Training.Reports;

/// <summary>A row of a study's table with its values.</summary>
/// <param name="seeds">The measurements by seed; of each of the row's results with that seed.</param>
/// <param name="firstSeed">Where the row has one seed of several: which one; its trained items are that seed's.</param>
internal sealed class StudyLine(
    string label, LineKind kind, IReadOnlyList<IReadOnlyList<IReadOnlyList<Measurement>>> seeds, int firstSeed = 0)
{
    public string Label => label;

    public LineKind Kind => kind;

    public IReadOnlyList<IReadOnlyList<IReadOnlyList<Measurement>>> Seeds => seeds;

    /// <summary>By seed, by measure.</summary>
    public double[][] Values { get; private set; } = [];

    /// <summary>The values of a seed; a row without seeds has one for all.</summary>
    public double[] Of(int seed) => Values[Math.Min(seed, Values.Length - 1)];

    public void Measure(IReadOnlyList<Measure> measures) =>
        Values = [.. seeds.Select(results => measures.Select(measure => results.Average(measure.Of)).ToArray())];

    /// <summary>The measurements of the first seeds, with what each measured.</summary>
    public IEnumerable<(MeasuredOn On, Measurement Measurement)> Measured(int seedCount) => seeds.Take(seedCount).SelectMany(
        (results, seed) => results.SelectMany(measurements => measurements.Select(one => (On(one, seed), one))));

    public MeasuredOn On(Measurement measurement, int seed) => new(measurement.Role, measurement.Benchmark, measurement.Prompt,
        measurement.Role == MeasurementRole.Trained ? firstSeed + seed : 0);
}

/// <summary>What one measurement measured: those that agree in it have the same items.</summary>
/// <param name="Seed">Which of the study's seeds, where the items are those that were trained on; else 0.</param>
internal readonly record struct MeasuredOn(MeasurementRole Role, string Benchmark, PromptMode Prompt, int Seed)
{
    /// <summary>The purpose of the draws of its items.</summary>
    public string Purpose => (Role, Benchmark, Prompt) + (Seed == 0 ? "" : $"/{Seed}");
}
