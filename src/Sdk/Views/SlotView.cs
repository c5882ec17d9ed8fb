namespace ViSurf.Sdk;

/// <summary>A slot: one device of one node, and what it does.</summary>
public sealed record SlotView
{
    /// <summary>The node, a bar, the device: laptop|cpu:0.</summary>
    public required string Id { get; init; }

    /// <summary>The experiment whose lease it holds.</summary>
    public string? Experiment { get; init; }

    /// <summary>The attempt under that lease.</summary>
    public long Attempt { get; init; }

    /// <summary>The stage's name.</summary>
    public string? Stage { get; init; }

    /// <summary>Steps done.</summary>
    public int Step { get; init; }

    /// <summary>Steps of the stage.</summary>
    public int Steps { get; init; }

    /// <summary>The last step's metrics that people watch: reward/mean or train/loss, time/tokensPerSecond.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>What specs may require and prefer: node, device, and what its process was told.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it takes no new work.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Why it takes no new work.</summary>
    public string? Reason { get; init; }
}
