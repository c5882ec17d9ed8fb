using ViSurf.Training.Methods;

namespace ViSurf.Training.Trainer;

/// <summary>A member on its way through the loss.</summary>
/// <param name="Prompt">The index of its prompt among those of the step.</param>
public sealed record WeighedRow(int Prompt, Member Member, int GroupSize, double Advantage)
{
    /// <summary>The log-probabilities before the first update; set where more than one update reads them.</summary>
    public float[] OldLogProbs { get; set; } = [];
}
