namespace ViSurf.Training.Statistics;

/// <summary>A value and its 95 % interval.</summary>
public readonly record struct Interval(double Value, double Low, double High)
{
    /// <summary>Whether 0 lies outside.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;
}
