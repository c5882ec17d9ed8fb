using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What the scheduler knows of an experiment that has not ended.</summary>
/// <param name="QueuedAt">When it was submitted, in Unix milliseconds.</param>
/// <param name="Index">Its place in its sweep.</param>
/// <param name="Terms">Null where they were not read: then they are those of a sweep that says nothing.</param>
[GenerateSerializer, Immutable, Alias("visurf.QueueRow")]
public sealed record QueueRow(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string Sweep,
    [property: Id(2)] long QueuedAt,
    [property: Id(3)] int Index,
    [property: Id(4)] Phase Phase,
    [property: Id(5)] long Fence,
    [property: Id(6)] string? SlotId,
    [property: Id(7)] QueueTerms? Terms = null);

/// <summary>What an experiment asks of slots, and when.</summary>
/// <param name="NotBefore">Until then it waits, in Unix milliseconds; 0 where it need not.</param>
[GenerateSerializer, Immutable, Alias("visurf.QueueTerms")]
public sealed record QueueTerms([property: Id(0)] ScheduleSpec Schedule, [property: Id(1)] long NotBefore = 0)
{
    public static QueueTerms Usual { get; } = new(ScheduleSpec.Usual);
}
