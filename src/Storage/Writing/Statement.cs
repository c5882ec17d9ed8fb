using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace ViSurf.Storage;

/// <summary>A statement prepared once; its parameters, in the order of their first mention, are bound anew each time.</summary>
internal sealed partial class Statement : IDisposable
{
    private readonly SqliteCommand command;

    public Statement(SqliteConnection connection, string sql)
    {
        command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in ParameterName().Matches(sql).Select(match => match.Value).Distinct())
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

    [GeneratedRegex(@"@\w+")]
    private static partial Regex ParameterName();
}
