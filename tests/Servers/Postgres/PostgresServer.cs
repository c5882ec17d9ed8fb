using Npgsql;
using ViSurf.Storage;
using ViSurf.Tests.Servers.Postgres;

[assembly: AssemblyFixture(typeof(PostgresServer.OfThisRun))]

namespace ViSurf.Tests.Servers.Postgres;

/// <summary>A PostgreSQL server of its own, by eng/services: it is there, or the test fails.</summary>
internal sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer> Shared = new(() => new());
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"visurf-servers-{Guid.NewGuid():N}");

    private (string Name, string Value)[] Settings => [("VISURF_SERVICES", folder)];

    public PostgresServer()
    {
        Start();
    }

    /// <summary>The one that tests share, each class in a database of its own.</summary>
    public static PostgresServer OfAll => Shared.Value;

    /// <summary>The connection string without a database.</summary>
    public string Connection { get; private set; } = "";

    public void Start(string port = "free")
    {
        Connection = Backing.Up("postgres", "VISURF_POSTGRES", [.. Settings, ("VISURF_POSTGRES_PORT", port)])
            .Replace("Database=postgres", "", StringComparison.Ordinal);
    }

    public void Stop() => Backing.Down("postgres", Settings);

    public string ConnectionTo(string database) => $"{Connection}Database={database};Include Error Detail=true";

    /// <summary>Makes a database.</summary>
    /// <returns>Its connection string.</returns>
    public string Create(string database, bool isMigrated = true)
    {
        Execute(ConnectionTo("postgres"), $"CREATE DATABASE {database}");
        if (isMigrated)
        {
            PostgresStorage.Migrate(ConnectionTo(database));
        }

        return ConnectionTo(database);
    }

    public static void Execute(string connectionString, string sql)
    {
        using NpgsqlConnection connection = new($"{connectionString};Pooling=false");
        connection.Open();
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Ends the shared server with the run.</summary>
    internal sealed class OfThisRun : IDisposable
    {
        public void Dispose()
        {
            if (Shared.IsValueCreated)
            {
                NpgsqlConnection.ClearAllPools();
                Shared.Value.Dispose();
            }
        }
    }
}
