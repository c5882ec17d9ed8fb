using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>An experiment as its sweep hands it over.</summary>
/// <param name="Index">Its place in the sweep: earlier ones start first.</param>
/// <param name="Schedule">What it asks of slots; null where its sweep says nothing.</param>
[GenerateSerializer, Immutable, Alias("visurf.ExperimentOrder")]
public sealed record ExperimentOrder(
    [property: Id(0)] string Sweep,
    [property: Id(1)] string Row,
    [property: Id(2)] int Index,
    [property: Id(3)] ExperimentSpec Spec,
    [property: Id(4)] IReadOnlyList<StagePlan> Stages,
    [property: Id(5)] ScheduleSpec? Schedule = null);
