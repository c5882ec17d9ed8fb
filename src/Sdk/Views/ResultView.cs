namespace ViSurf.Sdk;

/// <summary>What an experiment came to.</summary>
public sealed record ResultView
{
    /// <summary>The experiment.</summary>
    public required string Experiment { get; init; }

    /// <summary>Its row in the sweep's table.</summary>
    public required string Row { get; init; }

    /// <summary>The seed of every draw.</summary>
    public required int Seed { get; init; }

    /// <summary>The attempt that stored it.</summary>
    public required long Attempt { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Scores by metric: P-acc, N-acc, HM and so on, on the task it was trained for.</summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }
}

/// <summary>What one step of a stage measured.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Step">Counted from 1.</param>
/// <param name="Metrics">By name: group/metric.</param>
public sealed record StepView(string Stage, int Step, IReadOnlyDictionary<string, double> Metrics);

/// <summary>A part of a long list.</summary>
/// <param name="Items">The items of this part.</param>
/// <param name="NextLink">Where the next part is; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextLink);
