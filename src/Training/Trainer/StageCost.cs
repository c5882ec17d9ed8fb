namespace ViSurf.Training.Trainer;

/// <summary>What a stage has cost: counted again by nobody, so a checkpoint carries it.</summary>
/// <param name="CpuSeconds">Processor time of the steps.</param>
/// <param name="DeviceSeconds">How long the steps held their slot's device; 0 where an earlier version did not count it.</param>
/// <param name="PeakBytes">The most memory that was held between the first step and the last, weights included: of a GPU what its driver
/// counts as used, on the processor what the process held (<see cref="Devices.MemoryWatch"/>); 0 where nobody counted it.</param>
/// <param name="IsPeakShared">Whether something else may be in the peak: other stages of the process.</param>
public sealed record StageCost(long Prompts = 0, long TokensSampled = 0, long TokensTrained = 0, double CpuSeconds = 0,
    double DeviceSeconds = 0, long PeakBytes = 0, bool IsPeakShared = false)
{
    /// <summary>Both, one after the other: the peak is the higher one.</summary>
    public StageCost Plus(StageCost other) => new(Prompts + other.Prompts, TokensSampled + other.TokensSampled,
        TokensTrained + other.TokensTrained, CpuSeconds + other.CpuSeconds, DeviceSeconds + other.DeviceSeconds,
        Math.Max(PeakBytes, other.PeakBytes), IsPeakShared || other.IsPeakShared);
}
