using Microsoft.EntityFrameworkCore;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>SQLite in a folder that goes with the test.</summary>
public sealed class SqliteUnderTest : StorageUnderTest
{
    private readonly TemporaryFolder folder = new();
    private SqliteStorage? storage;

    public override IDbContextFactory<ViSurfDb> Contexts => (storage ?? Opened()).Contexts;

    public override void Dispose()
    {
        Close();
        folder.Dispose();
    }

    protected override Ports Open()
    {
        storage = Opened();
        return new(storage.Experiments, storage.Sweeps, storage.Queue, storage.Outbox, storage.Rows, storage.Index);
    }

    protected override void Close() => storage?.Dispose();

    private SqliteStorage Opened() => storage = SqliteStorage.Open(folder.Path, Clock);
}

public sealed class SqliteExperimentStoreTests() : ExperimentStoreContract(new SqliteUnderTest());

public sealed class SqliteSweepStoreTests() : SweepStoreContract(new SqliteUnderTest());

public sealed class SqliteQueueReaderTests() : QueueReaderContract(new SqliteUnderTest());

public sealed class SqliteOutboxTests() : OutboxContract(new SqliteUnderTest());

public sealed class SqliteReadModelTests() : ReadModelContract(new SqliteUnderTest());

public sealed class SqliteStageIndexTests() : StageIndexContract(new SqliteUnderTest());

public sealed class SqliteViewsTests() : ViewsContract(new SqliteUnderTest())
{
    protected override string Seconds(string column) => $"CAST(strftime('%s', {column}) AS INTEGER)";
}

public sealed class SqliteMembershipTests() : MembershipContract(new SqliteUnderTest());
