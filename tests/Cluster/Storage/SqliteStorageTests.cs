using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What opening and closing a folder promises.</summary>
public sealed class SqliteStorageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_has_one_process_at_a_time()
    {
        using (Open())
        {
            Fault fault = Assert.Throws<Fault>(Open);
            Assert.Equal((FaultCode.Conflict, folder.Path), (fault.Code, fault.Subject));
            Assert.Contains("is in use by another process; wait for it, or choose another folder with --state", fault.Message,
                StringComparison.Ordinal);
        }

        Open().Dispose();
    }

    [Theory]
    [InlineData("no database at all, but text that is long enough for a header of a hundred bytes, which is what is read first, or so")]
    [InlineData("short")]
    public void A_damaged_database_is_refused_and_named_and_stays_as_it_was(string content)
    {
        string file = folder.File("visurf.db");
        File.WriteAllText(file, content);
        Fault fault = Assert.Throws<Fault>(Open);
        Assert.Equal((FaultCode.FileDamaged, file), (fault.Code, fault.Subject));
        Assert.Equal(content, File.ReadAllText(file));
        File.Delete(file);
        Open().Dispose();
    }

    [Fact]
    public void A_database_whose_list_of_tables_is_overwritten_is_refused()
    {
        Open().Dispose();
        using (FileStream file = File.OpenWrite(folder.File("visurf.db")))
        {
            file.Position = 100;
            file.Write(new byte[3000]);
        }

        Assert.Equal(FaultCode.FileDamaged, Assert.Throws<Fault>(Open).Code);
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused()
    {
        Open().Dispose();
        Execute("INSERT INTO __EFMigrationsHistory VALUES ('99990101000000_Later', '99.0.0')");
        Fault fault = Assert.Throws<Fault>(Open);
        Assert.Equal((FaultCode.Conflict, folder.File("visurf.db")), (fault.Code, fault.Subject));
        Assert.Contains("newer version, with the migration 99990101000000_Later", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_was_killed_while_it_migrated_does_not_stop_the_next()
    {
        Execute(
            """
            CREATE TABLE __EFMigrationsLock (Id INTEGER NOT NULL CONSTRAINT PK___EFMigrationsLock PRIMARY KEY, Timestamp TEXT NOT NULL);
            INSERT INTO __EFMigrationsLock VALUES (1, '2026-01-01');
            """);
        using SqliteStorage storage = await Task.Run(Open, Stop).WaitAsync(TimeSpan.FromSeconds(60), Stop);
        Assert.Empty(await storage.Queue.ReadAsync(Stop));
    }

    [Fact]
    public void Every_connection_waits_for_the_disk_and_checks_references()
    {
        using SqliteStorage storage = Open();
        using ViSurfDb db = new SqliteContexts(folder.File("visurf.db")).CreateDbContext();
        db.Database.OpenConnection();
        Assert.Equal("wal", Scalar(db, "PRAGMA journal_mode"));
        Assert.Equal(2L, Scalar(db, "PRAGMA synchronous"));
        Assert.Equal(1L, Scalar(db, "PRAGMA foreign_keys"));
        Assert.Equal(5000L, Scalar(db, "PRAGMA busy_timeout"));
    }

    [Fact]
    public void The_model_has_no_change_without_a_migration()
    {
        using ViSurfDb db = new SqliteContexts(folder.File("visurf.db")).CreateDbContext();
        Assert.False(db.Database.HasPendingModelChanges(),
            "dotnet ef migrations add NAME --project src/Storage --output-dir Migrations/Sqlite");
    }

    [Fact]
    public async Task Closing_stores_what_was_handed_over_and_later_writes_are_refused()
    {
        SqliteStorage storage = Open();
        Task<WriteOutcome>[] writes = [.. Enumerable.Range(0, 300).Select(i =>
            storage.Experiments.WriteAsync(Samples.New(Samples.State(Samples.Order($"sweep{i}"))), Stop).AsTask())];
        storage.Dispose();
        Assert.All(await Task.WhenAll(writes), outcome => Assert.Equal(WriteOutcome.Written, outcome));
        await Assert.ThrowsAsync<IOException>(async () => await storage.Experiments.WriteAsync(Samples.New(Samples.State()), Stop));
        using SqliteStorage again = Open();
        Assert.Equal(300, (await again.Queue.ReadAsync(Stop)).Count);
    }

    [Fact]
    public async Task Who_is_in_a_commit_that_fails_is_told_that_the_outcome_is_unknown_and_the_next_goes_through()
    {
        using SqliteStorage storage = Open();
        Execute(
            """
            CREATE TABLE checked_at_commit (id TEXT REFERENCES experiments (id) DEFERRABLE INITIALLY DEFERRED);
            CREATE TRIGGER refer_to_nothing AFTER INSERT ON sweeps BEGIN INSERT INTO checked_at_commit VALUES ('none'); END;
            """);
        await Assert.ThrowsAsync<IOException>(async () => await storage.Sweeps.WriteAsync(Samples.Sweep(), 0, [Samples.Event("e")], Stop));
        Assert.Null(await storage.Sweeps.ReadAsync("sweep", Stop));
        Assert.Empty(await storage.Outbox.ReadOpenAsync(1, Stop));
        Assert.Equal(WriteOutcome.Written, await storage.Experiments.WriteAsync(Samples.New(Samples.State()), Stop));
    }

    [Fact]
    public async Task A_host_gets_every_port_from_one_folder()
    {
        await using ServiceProvider host = new ServiceCollection().AddSqliteStorage(folder.Path).BuildServiceProvider();
        await host.GetRequiredService<ISweepStore>().WriteAsync(Samples.Sweep(), 0, [Samples.Event("e")], Stop);
        Assert.NotNull(await host.GetRequiredService<IReadModel>().SweepAsync("sweep", Stop));
        Assert.Single(await host.GetRequiredService<IOutbox>().ReadOpenAsync(9, Stop));
        Assert.Empty(await host.GetRequiredService<IQueueReader>().ReadAsync(Stop));
        Assert.Null(await host.GetRequiredService<IExperimentStore>().ReadAsync("x", Stop));
        Checkpoint saved = host.GetRequiredService<ICheckpointStore>().Save("k", new("sweep/x", 1, "slot"), 1, stream => stream.Write([1]));
        Assert.True(File.Exists(folder.File("checkpoints", saved.Blob)));
    }

    private SqliteStorage Open() => SqliteStorage.Open(folder.Path, TimeProvider.System);

    private void Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={folder.File("visurf.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Scalar(ViSurfDb db, string sql)
    {
        using System.Data.Common.DbCommand command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
