using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using ViSurf.Grains;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>The ports of one storage.</summary>
public sealed record Ports(
    IExperimentStore Experiments, ISweepStore Sweeps, IQueueReader Queue, IOutbox Outbox, IReadModel Rows, IStageIndex Index);

/// <summary>An empty storage for one test, which can be closed and opened again.</summary>
public abstract class StorageUnderTest : IDisposable
{
    private Ports? opened;

    public FakeTimeProvider Clock { get; } = new(Samples.Noon);

    public Ports Ports => opened ??= Open();

    public Ports Reopen()
    {
        Close();
        return opened = Open();
    }

    /// <summary>What the opened storage makes its contexts with.</summary>
    public abstract IDbContextFactory<ViSurfDb> Contexts { get; }

    public abstract void Dispose();

    protected abstract Ports Open();

    protected abstract void Close();
}
