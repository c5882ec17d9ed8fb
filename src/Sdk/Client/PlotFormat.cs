namespace ViSurf.Sdk;

/// <summary>How a plot is written.</summary>
public enum PlotFormat
{
    /// <summary>Scalable Vector Graphics.</summary>
    Svg,

    /// <summary>Portable Network Graphics.</summary>
    Png,
}
