using Npgsql;
using ViSurf.Storage;

namespace ViSurf.Bench.Scheduling;

/// <summary>A folder, and a database where one is asked for, that last as long as one measurement.</summary>
/// <param name="Postgres">The connection string of a database of its own; null keeps everything in the folder.</param>
internal sealed record BenchPlace(string Folder, string? Postgres)
{
    /// <param name="server">Where the database is made; null makes none.</param>
    public static async Task<T> UseAsync<T>(string? server, Func<BenchPlace, Task<T>> measure)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("visurf-bench-");
        string database = $"bench_{Guid.NewGuid():N}";
        try
        {
            return await measure(new(folder.FullName, server is null ? null : await CreateAsync(server, database)));
        }
        finally
        {
            folder.Delete(recursive: true);
            if (server is not null)
            {
                await AskAsync(server, $"DROP DATABASE IF EXISTS {database} WITH (FORCE)");
            }
        }
    }

    /// <returns>Whether what the server acknowledges is on disk.</returns>
    public static async Task<string> DurabilityAsync(string server) =>
        $"fsync {await AskAsync(server, "SHOW fsync")}, synchronous_commit {await AskAsync(server, "SHOW synchronous_commit")}";

    private static async Task<string> CreateAsync(string server, string database)
    {
        await AskAsync(server, $"CREATE DATABASE {database}");
        string made = new NpgsqlConnectionStringBuilder(server) { Database = database }.ToString();
        PostgresStorage.Migrate(made);
        return made;
    }

    private static async Task<object?> AskAsync(string server, string sql)
    {
        await using NpgsqlConnection connection = new(server);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
