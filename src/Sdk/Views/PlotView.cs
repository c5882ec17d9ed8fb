namespace ViSurf.Sdk;

/// <summary>A plot that a sweep's results have.</summary>
/// <param name="Name">Names it, and its file.</param>
/// <param name="Title">What it shows.</param>
public sealed record PlotView(string Name, string Title);
