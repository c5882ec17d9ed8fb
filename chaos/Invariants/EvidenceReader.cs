using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Npgsql;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Chaos.Invariants;

/// <summary>Reads tables and blobs by themselves, without the code that wrote them.</summary>
internal static class EvidenceReader
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    public static async Task<Evidence> ReadAsync(NpgsqlConnection database, BlobContainerClient blobs, CancellationToken stop) => new()
    {
        Experiments = await ListAsync(database, "SELECT id, sweep, phase, fence, state FROM experiments ORDER BY id", row =>
            new ExperimentRow(row.GetString(0), row.GetString(1), Word<Phase>(row.GetString(2)), row.GetInt64(3),
                JsonNode.Parse(row.GetString(4))!["order"]?["schedule"]?["priority"]?.GetValue<int>() ?? 0), stop),
        Stages = await ListAsync(database, "SELECT key, name, state, owner, steps, last, previous FROM stages ORDER BY key", row =>
            new KeptStage(row.GetString(0), row.GetString(1), Word<StageState>(row.GetString(2)), row.GetString(3), row.GetInt32(4),
                CheckpointIn(row, 5), CheckpointIn(row, 6)), stop),
        Steps = (await ListAsync(database, "SELECT stage_key, step FROM steps ORDER BY stage_key, step", row =>
            (Key: row.GetString(0), Step: row.GetInt32(1)), stop)).ToLookup(step => step.Key, step => step.Step),
        Results = await ListAsync(database, "SELECT experiment_id, fence, scores FROM results ORDER BY experiment_id", row =>
            new StoredResult(row.GetString(0), row.GetInt64(1), !row.IsDBNull(2)), stop),
        Events = await ListAsync(database, "SELECT sequence, id, kind, experiment, at, data, closed_at FROM outbox ORDER BY sequence",
            row => new Happening(row.GetInt64(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), JsonNode.Parse(row.GetString(5))!.AsObject(),
                !row.IsDBNull(6)), stop),
        Blobs = await HashesAsync(blobs, stop),
    };

    private static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection database, string sql, Func<NpgsqlDataReader, T> read, CancellationToken stop)
    {
        await using NpgsqlCommand command = new(sql, database);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(stop);
        List<T> all = [];
        while (await reader.ReadAsync(stop))
        {
            all.Add(read(reader));
        }

        return all;
    }

    private static async Task<Dictionary<string, (long, string)>> HashesAsync(BlobContainerClient blobs, CancellationToken stop)
    {
        Dictionary<string, (long, string)> all = [];
        await foreach (var blob in blobs.GetBlobsAsync(cancellationToken: stop))
        {
            byte[] content = (await blobs.GetBlobClient(blob.Name).DownloadContentAsync(stop)).Value.Content.ToArray();
            all[blob.Name] = (content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
        }

        return all;
    }

    private static Checkpoint? CheckpointIn(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : JsonSerializer.Deserialize<Checkpoint>(row.GetString(column), Camel);

    private static T Word<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);
}
