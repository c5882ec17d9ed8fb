using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Makes short-lived contexts on one database's pool of connections.</summary>
/// <remarks>Errors reach the caller as they are, as <see cref="System.Data.Common.DbException"/>: it knows whether to read again.</remarks>
internal sealed class PostgresContexts : IDbContextFactory<ViSurfDb>, IDisposable
{
    private const string Patience = "-c idle_in_transaction_session_timeout=10s -c lock_timeout=15s "
        + "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    private readonly PooledDbContextFactory<PostgresViSurfDb> pool;

    /// <exception cref="Fault">SpecInvalid: no connection string.</exception>
    public PostgresContexts(string connectionString)
    {
        Settings = Read(connectionString);
        Source = NpgsqlDataSource.Create(Settings);
        pool = new(Options(builder => builder.UseNpgsql(Source, Plainly)));
    }

    /// <summary>The settings of every connection.</summary>
    public NpgsqlConnectionStringBuilder Settings { get; }

    public NpgsqlDataSource Source { get; }

    /// <summary>The database as people name it: without user and password.</summary>
    public string Name => $"{Settings.Host}:{Settings.Port}/{Settings.Database ?? Settings.Username}";

    public ViSurfDb CreateDbContext() => pool.CreateDbContext();

    /// <summary>Makes contexts on a connection that stays open.</summary>
    public static Func<ViSurfDb> Over(NpgsqlConnection connection)
    {
        DbContextOptions<PostgresViSurfDb> options = Options(builder => builder.UseNpgsql(connection, Plainly));
        return () => new PostgresViSurfDb(options);
    }

    public void Dispose() => Source.Dispose();

    private static DbContextOptions<PostgresViSurfDb> Options(Action<DbContextOptionsBuilder> use)
    {
        DbContextOptionsBuilder<PostgresViSurfDb> builder = new();
        use(builder);
        return ((DbContextOptionsBuilder<PostgresViSurfDb>)builder.UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)).Options;
    }

    private static void Plainly(NpgsqlDbContextOptionsBuilder postgres) =>
        postgres.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies));

    // A transaction is short; one whose process stands still must not hold up the others, and the server must find out by itself
    // that a machine is gone: what its connections held - a turn, a lock - is free then, after 25 seconds.
    private static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            NpgsqlConnectionStringBuilder settings = new(connectionString);
            Fault.Unless(!string.IsNullOrEmpty(settings.Host), FaultCode.SpecInvalid, "--postgres", "names no Host");
            settings.Options = $"{Patience} {settings.Options}".TrimEnd();
            settings.MaxAutoPrepare = settings.MaxAutoPrepare == 0 ? 64 : settings.MaxAutoPrepare;
            settings.AutoPrepareMinUsages = 2;
            settings.NoResetOnClose = true; // nothing here outlasts its transaction, and the server works for each reset
            settings.ApplicationName ??= "visurf";
            return settings;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new Fault(FaultCode.SpecInvalid, "--postgres",
                $"is no connection string: {e.Message}; for example Host=db;Username=visurf;Password=...;Database=visurf", e);
        }
    }
}
