namespace ViSurf.Training.Experiments;

/// <summary>A piece of a sweep that one thread does: a training stage, or an evaluation.</summary>
/// <param name="Name">Shown to people.</param>
/// <param name="After">The job that must end first.</param>
/// <param name="Weight">Longer chains of jobs start first.</param>
public sealed record Job(string Id, string Name, string? After, double Weight, Action<CancellationToken> Run);
