using ViSurf.Training.Trainer;

namespace ViSurf.Grains;

/// <summary>What a finished stage leaves.</summary>
/// <param name="Model">The last checkpoint of a training stage; null for evaluate.</param>
/// <param name="Result">What a training stage came to; null for evaluate.</param>
/// <param name="Steps">The steps since the last commit.</param>
/// <param name="Measurements">The outcomes of an evaluation: see <see cref="MeasurementBytes"/>; null for training.</param>
[GenerateSerializer, Immutable, Alias("visurf.StageEnding")]
public sealed record StageEnding(
    [property: Id(0)] Checkpoint? Model,
    [property: Id(1)] StageResult? Result,
    [property: Id(2)] StepRows Steps,
    [property: Id(3)] byte[]? Measurements);

/// <summary>Steps of a stage, each as a line of JSON in the form of <see cref="StepRecord"/>.</summary>
[GenerateSerializer, Immutable, Alias("visurf.StepRows")]
public sealed record StepRows([property: Id(0)] IReadOnlyList<StepRow> Rows)
{
    public static StepRows None { get; } = new([]);
}

/// <summary>One step of a stage.</summary>
/// <param name="Json">The whole record.</param>
[GenerateSerializer, Immutable, Alias("visurf.StepRow")]
public readonly record struct StepRow([property: Id(0)] int Step, [property: Id(1)] string Json);
