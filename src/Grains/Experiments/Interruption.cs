using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What an ending that uses up no attempt comes to, by how often its like came in a row.</summary>
/// <param name="Losses">Nodes and devices lost so far, without a checkpoint between.</param>
/// <param name="Outages">Outages of the checkpoint store so far, without a checkpoint between.</param>
/// <param name="Wait">How long the experiment waits; null where it does not.</param>
/// <param name="Last">What is said where this one was one too many; null where it was not.</param>
internal sealed record Interruption(int Losses, int Outages, TimeSpan? Wait, string? Last)
{
    /// <param name="kind">Null where the attempt never began.</param>
    public static Interruption Of(ExperimentState state, FailureKind? kind) => kind switch
    {
        { } lost when FailureRules.IsLoss(lost) => Lost(state.Losses + 1, state.Outages),
        FailureKind.StoreAway => Away(state.Losses, state.Outages + 1),
        _ => new(state.Losses, state.Outages, null, null),
    };

    private static Interruption Lost(int losses, int outages) => new(losses, outages,
        losses > 1 ? FailureRules.Wait(losses - 1) : null,
        losses < ExperimentRules.LossesMax ? null : $"{losses} slots were lost under it, without a checkpoint between");

    private static Interruption Away(int losses, int outages) => new(losses, outages,
        FailureRules.Wait(outages),
        outages < ExperimentRules.OutagesMax
            ? null : $"the checkpoint store was away from {outages} attempts in a row, without a checkpoint between");
}
