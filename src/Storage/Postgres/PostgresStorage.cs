using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Everything that is stored but checkpoints, in a PostgreSQL database that several processes use at once.</summary>
/// <remarks>A write counts once the server says so: its fsync and synchronous_commit must be on.</remarks>
public sealed class PostgresStorage : IDisposable
{
    private readonly GroupCommit writer;
    private readonly RelayTurn relay;

    private PostgresStorage(PostgresContexts contexts, TimeProvider clock)
    {
        Contexts = contexts;
        writer = new(new PostgresSession(contexts.Source));
        relay = new(contexts);
        Experiments = new ExperimentStore(contexts, writer);
        Sweeps = new SweepStore(contexts, writer);
        Queue = new QueueReader(contexts);
        Outbox = new Outbox(contexts, writer, clock, relay);
        Rows = new ReadModel(contexts);
        Index = new StageIndex(contexts, writer);
    }

    public IExperimentStore Experiments { get; }

    public ISweepStore Sweeps { get; }

    public IQueueReader Queue { get; }

    public IOutbox Outbox { get; }

    public IReadModel Rows { get; }

    public IStageIndex Index { get; }

    internal PostgresContexts Contexts { get; }

    /// <summary>Uses a database that is of this version. A login that may only read is enough to read.</summary>
    /// <exception cref="Fault">
    /// SpecInvalid: no connection string. Unavailable: no server answers. NotFound: it has no such database. Conflict: a newer version
    /// wrote it, or it is still to be migrated.
    /// </exception>
    public static PostgresStorage Open(string connectionString, TimeProvider clock)
    {
        PostgresContexts contexts = new(connectionString);
        try
        {
            PostgresStart.Check(contexts);
            return new(contexts, clock);
        }
        catch (Fault)
        {
            contexts.Dispose();
            throw;
        }
    }

    /// <summary>Brings a database to this version. Done twice, or by several at once, it is done once.</summary>
    /// <returns>The migrations that were made, in their order.</returns>
    /// <exception cref="Fault">As for <see cref="Open"/>; Conflict only for a newer version.</exception>
    public static IReadOnlyList<string> Migrate(string connectionString)
    {
        using PostgresContexts contexts = new(connectionString);
        return PostgresStart.Migrate(contexts);
    }

    /// <summary>Stores what was handed over, then gives the connections back.</summary>
    public void Dispose()
    {
        writer.Dispose();
        relay.Dispose();
        Contexts.Dispose();
    }
}
