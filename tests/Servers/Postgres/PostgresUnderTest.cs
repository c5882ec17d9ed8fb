using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using ViSurf.Storage;
using ViSurf.Tests.Cluster.Storage;
using StorePorts = ViSurf.Tests.Cluster.Storage.Ports;

namespace ViSurf.Tests.Servers.Postgres;

/// <summary>A database for a class of tests, emptied for each of them.</summary>
internal sealed class PostgresUnderTest : StorageUnderTest
{
    private const string Empty =
        """
        DELETE FROM results; DELETE FROM evaluations; DELETE FROM experiments; DELETE FROM stages; DELETE FROM steps;
        DELETE FROM sweeps; DELETE FROM outbox; DELETE FROM membership; DELETE FROM membership_versions;
        """;

    private static readonly ConcurrentDictionary<string, Lazy<string>> Made = [];
    private PostgresStorage? storage;

    /// <param name="database">One of a class's own.</param>
    public PostgresUnderTest(string database)
    {
        Connection = Made.GetOrAdd(database, name => new(() => PostgresServer.OfAll.Create(name.ToLowerInvariant()))).Value;
        PostgresServer.Execute(Connection, Empty);
    }

    public string Connection { get; }

    public override IDbContextFactory<ViSurfDb> Contexts => (storage ?? Opened()).Contexts;

    public override void Dispose() => Close();

    protected override StorePorts Open() => PortsOf(Opened());

    protected override void Close() => storage?.Dispose();

    private static StorePorts PortsOf(PostgresStorage opened) =>
        new(opened.Experiments, opened.Sweeps, opened.Queue, opened.Outbox, opened.Rows, opened.Index);

    private PostgresStorage Opened() => storage = PostgresStorage.Open(Connection, Clock);
}

public sealed class PostgresExperimentStoreTests() : ExperimentStoreContract(new PostgresUnderTest("experiment_store"));

public sealed class PostgresSweepStoreTests() : SweepStoreContract(new PostgresUnderTest("sweep_store"));

public sealed class PostgresQueueReaderTests() : QueueReaderContract(new PostgresUnderTest("queue_reader"));

public sealed class PostgresOutboxTests() : OutboxContract(new PostgresUnderTest("outbox"));

public sealed class PostgresReadModelTests() : ReadModelContract(new PostgresUnderTest("read_model"));

public sealed class PostgresStageIndexTests() : StageIndexContract(new PostgresUnderTest("stage_index"));

public sealed class PostgresViewsTests() : ViewsContract(new PostgresUnderTest("views"))
{
    protected override string Seconds(string column) => $"EXTRACT(EPOCH FROM {column})::bigint";
}

public sealed class PostgresMembershipTests() : MembershipContract(new PostgresUnderTest("membership"));
