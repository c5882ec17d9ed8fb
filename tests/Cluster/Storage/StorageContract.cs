using System.Text.Json;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What the promises of every storage are checked with.</summary>
public abstract class StorageContract(StorageUnderTest storage) : IDisposable
{
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected StorageUnderTest Storage { get; } = storage;

    protected IExperimentStore Experiments => Storage.Ports.Experiments;

    protected ISweepStore Sweeps => Storage.Ports.Sweeps;

    protected IQueueReader Queue => Storage.Ports.Queue;

    protected IOutbox Outbox => Storage.Ports.Outbox;

    protected IReadModel Rows => Storage.Ports.Rows;

    protected IStageIndex Index => Storage.Ports.Index;

    public virtual void Dispose()
    {
        Storage.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stores a new experiment.</summary>
    /// <returns>Its id.</returns>
    protected async Task<string> AddAsync(ExperimentOrder order, Phase phase = Phase.Queued)
    {
        ExperimentWrite write = Samples.New(Samples.State(order, phase));
        Assert.Equal(WriteOutcome.Written, await Experiments.WriteAsync(write, Stop));
        return write.Id;
    }

    /// <summary>Stores a stage as its owner leaves it.</summary>
    protected async Task PutStageAsync(ExperimentOrder owner, StageRow row)
    {
        string id = Samples.Id(owner);
        long version = (await Experiments.ReadAsync(id, Stop))?.Version ?? 0;
        ExperimentWrite write = new()
        {
            Id = id,
            Expected = version,
            State = Samples.State(owner),
            Stages = [new(row with { Owner = id }, StageCondition.IsFree)],
        };
        Assert.Equal(WriteOutcome.Written, await Experiments.WriteAsync(write, Stop));
    }

    /// <summary>Stores an experiment's result.</summary>
    protected async Task<WriteOutcome> PutResultAsync(ExperimentOrder order, long fence, string evaluation, byte[] measurements)
    {
        string id = Samples.Id(order);
        long version = (await Experiments.ReadAsync(id, Stop))?.Version ?? 0;
        return await Experiments.WriteAsync(new()
        {
            Id = id,
            Expected = version,
            State = Samples.State(order, Phase.Succeeded) with
            {
                Fence = fence,
                StageIndex = 2,
                Finished =
                [
                    new("k-train", Samples.Checkpoint(20), Samples.TrainingResult("k-train"), IsReused: false),
                    new(evaluation, null, null, IsReused: false),
                ],
            },
            Evaluation = (evaluation, measurements),
            Result = new(id, order.Sweep, order.Row, order.Spec.Seed, fence, Samples.Noon, evaluation),
        }, Stop);
    }

    /// <summary>Compares records that hold lists.</summary>
    protected static void AssertSame<T>(T expected, T actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected, SpecJson.Options), JsonSerializer.Serialize(actual, SpecJson.Options));
}
