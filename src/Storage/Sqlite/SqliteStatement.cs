using Microsoft.Data.Sqlite;

namespace ViSurf.Storage;

/// <summary>A statement prepared once; its values are bound anew each time.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand command;

    public SqliteStatement(SqliteConnection connection, Sql sql)
    {
        command = connection.CreateCommand();
        command.CommandText = sql.Text;
        foreach (string name in sql.Names)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }
    }

    /// <returns>How many rows it changed.</returns>
    public int Run(params ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command.ExecuteNonQuery();
    }

    public void Dispose() => command.Dispose();
}
