using Microsoft.Extensions.Time.Testing;
using ViSurf.Grains;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>The ports of one storage.</summary>
public sealed record Ports(IExperimentStore Experiments, ISweepStore Sweeps, IQueueReader Queue, IOutbox Outbox, IReadModel Rows);

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

    public abstract void Dispose();

    protected abstract Ports Open();

    protected abstract void Close();
}

/// <summary>SQLite in a folder that goes with the test.</summary>
public sealed class SqliteUnderTest : StorageUnderTest
{
    private readonly TemporaryFolder folder = new();
    private SqliteStorage? storage;

    public override void Dispose()
    {
        Close();
        folder.Dispose();
    }

    protected override Ports Open()
    {
        storage = SqliteStorage.Open(folder.Path, Clock);
        return new(storage.Experiments, storage.Sweeps, storage.Queue, storage.Outbox, storage.Rows);
    }

    protected override void Close() => storage?.Dispose();
}

public sealed class SqliteExperimentStoreTests() : ExperimentStoreContract(new SqliteUnderTest());

public sealed class SqliteSweepStoreTests() : SweepStoreContract(new SqliteUnderTest());

public sealed class SqliteQueueReaderTests() : QueueReaderContract(new SqliteUnderTest());

public sealed class SqliteOutboxTests() : OutboxContract(new SqliteUnderTest());

public sealed class SqliteReadModelTests() : ReadModelContract(new SqliteUnderTest());
