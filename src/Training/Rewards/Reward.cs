using ViSurf.Training.Answers;

namespace ViSurf.Training.Rewards;

/// <summary>One term of a response's reward. Total: any text has a value, malformed ones too.</summary>
public abstract class Reward
{
    /// <summary>The largest value.</summary>
    public abstract double Max { get; }

    /// <summary>Whether the term pays for thinking: labels, which hold no thought, never earn it (reward control ii).</summary>
    public virtual bool IsForThinking => false;

    /// <summary>The response's value, from 0 to <see cref="Max"/>.</summary>
    public abstract double Judge(ParsedResponse response, Truth truth, Thresholds thresholds);
}

/// <summary>How near is near, as fractions of the frame.</summary>
/// <param name="Iou">A box is right above this overlap.</param>
/// <param name="L1">A box is near below this mean distance of its four sides.</param>
/// <param name="Point">A point is near below this distance.</param>
public sealed record Thresholds(double Iou, double L1, double Point)
{
    /// <summary>Seg-Zero's 10 and 30 pixels of 840.</summary>
    public static Thresholds Lineage { get; } = new(0.5, 10.0 / 840, 30.0 / 840);

    /// <summary>For small pictures, whose pixels are coarse.</summary>
    public static Thresholds Small { get; } = new(0.5, 0.04, 0.08);
}
