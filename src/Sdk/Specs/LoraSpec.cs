namespace ViSurf.Sdk;

/// <summary>Low-rank adapters: y = W x + alpha / rank B (A x), with A and B trained and W not.</summary>
public sealed record LoraSpec
{
    /// <summary>Rows of A and columns of B.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Over the rank, the factor of what the adapter adds.</summary>
    public double Alpha { get; init; } = 32;

    /// <summary>The projections with adapters: names, or their ends after a point, * for any letters.</summary>
    public IReadOnlyList<string> Targets { get; init; } =
        ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>Whether matching projections of the vision tower get adapters too.</summary>
    public VisionPart Vision { get; init; }

    internal void Check(Mistakes wrong, string path)
    {
        wrong.Between(Rank, 1, 1024, $"{path}.rank");
        wrong.Between(Alpha, 1e-3, 1e5, $"{path}.alpha");
        wrong.Unless(Targets.Count > 0, $"{path}.targets", "is empty; at least one name is wanted");
        foreach (string target in Targets)
        {
            wrong.Text(target, $"{path}.targets");
        }
    }
}

/// <summary>What becomes of the vision tower beside adapters.</summary>
public enum VisionPart
{
    /// <summary>It has no adapters.</summary>
    Frozen,

    /// <summary>Its matching projections have adapters.</summary>
    Trained,
}
