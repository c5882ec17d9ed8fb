using Microsoft.Data.Sqlite;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Everything that is stored, in one folder of this machine: a database file and checkpoints.</summary>
/// <remarks>Never on a network file system: its locks do not hold there.</remarks>
public sealed class SqliteStorage : IDisposable
{
    private readonly FolderLock held;
    private readonly SqliteConnection connection;
    private readonly GroupCommit writer;

    private SqliteStorage(string folder, FolderLock held, TimeProvider clock)
    {
        this.held = held;
        Checkpoints = new FileCheckpoints(Path.Combine(folder, "checkpoints"));
        string file = Path.Combine(folder, "visurf.db");
        SqliteContexts contexts = new(file);
        Contexts = contexts;
        connection = SqliteStart.Open(file, contexts);
        writer = new(new SqliteSession(connection));
        Experiments = new ExperimentStore(contexts, writer);
        Sweeps = new SweepStore(contexts, writer);
        Queue = new QueueReader(contexts);
        Outbox = new Outbox(contexts, writer, clock);
        Rows = new ReadModel(contexts);
        Index = new StageIndex(contexts, writer);
    }

    public IExperimentStore Experiments { get; }

    public ISweepStore Sweeps { get; }

    public IQueueReader Queue { get; }

    public IOutbox Outbox { get; }

    public IReadModel Rows { get; }

    public IStageIndex Index { get; }

    public ICheckpointStore Checkpoints { get; }

    internal SqliteContexts Contexts { get; }

    /// <summary>Takes the folder for this process, and brings what is in it to this version.</summary>
    /// <exception cref="Fault">
    /// Conflict: another process holds the folder, or a newer version wrote it. FileDamaged: visurf.db is no database.
    /// </exception>
    public static SqliteStorage Open(string folder, TimeProvider clock)
    {
        FolderLock held = new(folder);
        try
        {
            return new(folder, held, clock);
        }
        catch (Exception e) when (e is Fault or IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Stores what was handed over, then gives the folder back.</summary>
    public void Dispose()
    {
        writer.Dispose();
        SqliteStart.Close(connection);
        held.Dispose();
    }
}
