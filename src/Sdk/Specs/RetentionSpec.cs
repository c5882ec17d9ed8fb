namespace ViSurf.Sdk;

/// <summary>How long the checkpoints of a sweep's finished stages are kept. No part of what an experiment is.</summary>
/// <remarks>A stage that sweeps share is kept as long as any of them keeps it; numbers, steps and reports stay.</remarks>
public sealed record RetentionSpec
{
    private const int DaysMost = 36_500;

    /// <summary>Days after the sweep's end for which all of them are kept.</summary>
    public required int Days { get; init; }

    /// <summary>Whose checkpoints are kept after that; nobody's where nothing is said.</summary>
    public KeepBestSpec? KeepBest { get; init; }

    internal void Check(Mistakes wrong, string path)
    {
        wrong.Unless(Days is >= 0 and <= DaysMost, $"{path}.days", $"is {Days}; allowed: 0 to {DaysMost}");
        if (KeepBest is { } best)
        {
            wrong.Text(best.Metric, $"{path}.keepBest.metric");
            wrong.Unless(best.Models >= 1, $"{path}.keepBest.models", $"is {best.Models}; allowed: 1 and above");
        }
    }
}

/// <summary>The experiments with the highest values of a metric.</summary>
public sealed record KeepBestSpec
{
    /// <summary>A score of the experiments' results. A result without it is kept: nobody can say that it is worse.</summary>
    public required string Metric { get; init; }

    /// <summary>How many experiments.</summary>
    public int Models { get; init; } = 1;
}
