namespace ViSurf.Grains;

/// <summary>What rows say of blobs: which checkpoints stages refer to, and who may write more.</summary>
public interface IStageIndex
{
    /// <summary>Those of these stages that are stored.</summary>
    ValueTask<IReadOnlyList<StageRow>> ReadAsync(IReadOnlyList<string> keys, CancellationToken stop = default);

    /// <summary>Stages by key, those without a checkpoint left out; a part begins after the one named.</summary>
    ValueTask<IReadOnlyList<StageRow>> PageAsync(string? after, int max, CancellationToken stop = default);

    /// <summary>The fences of those of these experiments that run.</summary>
    ValueTask<IReadOnlyDictionary<string, long>> FencesAsync(IReadOnlyList<string> experiments, CancellationToken stop = default);

    /// <summary>A finished stage refers to its checkpoints no more.</summary>
    /// <returns>Whether it was finished and had one: else nothing is written.</returns>
    /// <exception cref="IOException">The outcome is unknown.</exception>
    ValueTask<bool> ExpireAsync(StageRow row, CancellationToken stop = default);
}
