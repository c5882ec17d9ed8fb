using System.Buffers;
using System.Diagnostics;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace ViSurf.Storage;

/// <summary>Statements that go to the server together; an error ends them.</summary>
internal sealed class Journey(NpgsqlConnection connection, NpgsqlTransaction transaction) : IDisposable
{
    private static readonly SearchValues<char> NoText = SearchValues.Create(
        ['\0', .. Enumerable.Range(0xD800, 0x800).Select(unit => (char)unit)]);

    private readonly NpgsqlBatch batch = new(connection, transaction);
    private readonly Dictionary<PendingWrite, int> begins = [];

    public void Add(string sql) => batch.BatchCommands.Add(new(sql));

    public void Add(PendingWrite write)
    {
        begins[write] = batch.BatchCommands.Count;
        foreach (Call call in write.Calls)
        {
            NpgsqlBatchCommand command = new(call.Sql.Numbered);
            foreach ((string name, object? value) in call.Sql.Names.Zip(call.Values))
            {
                object given = value is string text ? Text(text) : value ?? DBNull.Value;
                command.Parameters.Add(new() { NpgsqlDbType = TypeOf(name), Value = given });
            }

            batch.BatchCommands.Add(command);
        }
    }

    public void Run() => batch.ExecuteNonQuery();

    /// <summary>After the run: the first of a write's conditions that did not hold, as its place among the calls.</summary>
    public int? FirstRefusal(PendingWrite write)
    {
        int place = 0;
        foreach (Call call in write.Calls)
        {
            if (call.IsCondition && batch.BatchCommands[begins[write] + place].RecordsAffected == 0)
            {
                return place;
            }

            place++;
        }

        return null;
    }

    public void Dispose() => batch.Dispose();

    // With its type said, a statement is prepared once, whether a value is null or not.
    private static NpgsqlDbType TypeOf(string name) => name switch
    {
        "@seed" or "@idx" or "@revision" or "@stage_index" or "@step" or "@steps" or "@failures" => NpgsqlDbType.Integer,
        "@fence" or "@expected" or "@at" or "@created_at" or "@queued_at" or "@started_at" or "@ended_at" or "@closed_at"
            => NpgsqlDbType.Bigint,
        "@measurements" => NpgsqlDbType.Bytea,
        "@id" or "@name" or "@phase" or "@state" or "@sweep" or "@row" or "@method" or "@stage_key" or "@slot" or "@reason" or "@key"
            or "@owner" or "@last_blob" or "@last" or "@previous" or "@result" or "@json" or "@experiment_id" or "@evaluation_key"
            or "@scores" or "@kind" or "@experiment" or "@data" => NpgsqlDbType.Text,
        _ => throw new UnreachableException($"{name} has no type here"),
    };

    // PostgreSQL has no text with a zero in it or half a character; an error's message may hold either.
    private static string Text(string text)
    {
        if (!text.AsSpan().ContainsAny(NoText))
        {
            return text;
        }

        byte[] whole = Encoding.UTF8.GetBytes(text.Replace('\0', '\uFFFD'));
        return Encoding.UTF8.GetString(whole);
    }
}
