using System.Buffers.Binary;
using System.Security.Cryptography;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Faults;

/// <summary>A stage trained in this process from its first step to its last, and the checkpoint that it leaves.</summary>
internal sealed class UndisturbedRun : IStageStore
{
    private byte[] last = [];

    private UndisturbedRun()
    {
    }

    /// <returns>As <see cref="TensorsOf"/>.</returns>
    public static string Train(ExperimentSpec spec)
    {
        TorchThreads.UseOneARun();
        UndisturbedRun kept = new();
        new StageRun(new ExperimentPlan(spec, new Atlas(Assets.Objects)).Work(0, null), kept).Run(CancellationToken.None);
        return TensorsOf(kept.last);
    }

    /// <returns>The SHA-256 of a checkpoint's weights and moments; its header also says what the run cost.</returns>
    public static string TensorsOf(ReadOnlySpan<byte> checkpoint) =>
        Convert.ToHexStringLower(SHA256.HashData(checkpoint[(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(checkpoint))..]));

    public StoredCheckpoint? Restore() => null;

    public void Stepped(StepRecord record)
    {
        // Nobody watches.
    }

    public void Save(CheckpointManifest manifest, IReadOnlyList<TensorBytes> weights, IReadOnlyList<TensorBytes> optimiser)
    {
        using MemoryStream file = new();
        CheckpointFile.Write(file, manifest, weights, optimiser);
        last = file.ToArray();
    }

    public void Finish(Policy policy, StageResult result)
    {
        // The last checkpoint is the model.
    }
}
