using Azure.Storage.Blobs;
using Npgsql;
using ViSurf.Chaos.Invariants;

namespace ViSurf.Tests.Faults;

/// <summary>Who checks that nothing was lost sees what is wrong: one planted fault for each invariant, in the rows of a real run.</summary>
[Collection<DisturbedClusterCollection>]
public sealed class InvariantTests(DisturbedCluster disturbed)
{
    private static readonly Dictionary<string, string> Planted = new()
    {
        ["every experiment has succeeded"] = "UPDATE experiments SET phase = 'failed' WHERE id = @id",
        ["every experiment has one result, of its last attempt, with scores"] =
            "UPDATE results SET scores = NULL WHERE experiment_id = @id",
        ["the end of every experiment was told once"] = Event("again", "experimentCompleted", "{}"),
        ["the effect of every event is stored"] = "UPDATE outbox SET closed_at = NULL WHERE id = @id || '/ended'",
        ["every checkpoint that a stage names is there and is what was saved"] =
            "UPDATE stages SET last = jsonb_set(last::jsonb, '{sha256}', '\"00\"')::text WHERE owner = @id AND last IS NOT NULL",
        ["every step of a stage that is done is stored once"] =
            "DELETE FROM steps WHERE step = 5 AND stage_key IN (SELECT key FROM stages WHERE owner = @id)",
        ["nothing lies in the blob store that nobody names"] =
            "UPDATE stages SET last = NULL, last_blob = NULL, previous = NULL WHERE owner = @id",
        ["attempts are numbered one after the other, and the last is the experiment's"] =
            "UPDATE outbox SET id = @id || '/started/7' WHERE id = @id || '/started/1'",
        ["no attempt begins before what an earlier one had committed"] =
            Event("started/90", "stageStarted", """{"stage":"sft","slot":"a","fromStep":40}""") + ";"
            + Event("started/91", "stageStarted", """{"stage":"sft","slot":"b","fromStep":8}"""),
        ["no slot holds two leases"] =
            Event("started/90", "stageStarted", """{"stage":"sft","slot":"a","fromStep":0}""") + ";"
            + Event("started/91", "stageStarted", """{"stage":"sft","slot":"a","fromStep":0}""", experiment: "'another'"),
        ["nothing waits while what is less urgent is given a slot"] =
            "UPDATE experiments SET state = jsonb_set(state::jsonb, '{order,schedule}', '{\"priority\":9}')::text WHERE id = @id;"
            + Event("requeued/90", "experimentRequeued", "{}") + ";"
            + Event("started/91", "stageStarted", """{"stage":"sft","slot":"a","fromStep":0}""",
                experiment: "(SELECT min(id) FROM experiments WHERE id <> @id)", after: 200_000),
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_planted_fault_is_found_by_the_invariant_that_it_breaks()
    {
        string experiment = await disturbed.SubmitAsync(301, DisturbedCluster.FewSteps);
        await disturbed.UntilSucceededAsync(experiment);
        await using NpgsqlConnection database = await disturbed.Backing.ConnectAsync(Stop);
        Dictionary<string, int> sound = Broken(await ReadAsync(database));
        foreach (Invariant invariant in Invariant.All)
        {
            await using NpgsqlTransaction undone = await database.BeginTransactionAsync(Stop);
            await using NpgsqlCommand plant = new(Planted[invariant.Name], database);
            plant.Parameters.AddWithValue("id", experiment);
            await plant.ExecuteNonQueryAsync(Stop);
            Dictionary<string, int> found = Broken(await ReadAsync(database));
            Assert.True(found[invariant.Name] > sound[invariant.Name], $"not found: {invariant.Name}");
        }

        Assert.Equal(Planted.Count, Invariant.All.Count);
    }

    [Fact]
    public async Task A_blob_that_is_damaged_or_gone_is_found()
    {
        string experiment = await disturbed.SubmitAsync(302, DisturbedCluster.FewSteps);
        Evidence all = await disturbed.UntilSucceededAsync(experiment);
        BlobClient blob = disturbed.Backing.Blobs.GetBlobClient(
            all.Stages.Single(stage => stage.Owner == experiment && stage.Last is not null).Last!.Blob);
        BinaryData content = (await blob.DownloadContentAsync(Stop)).Value.Content;
        byte[] damaged = content.ToArray();
        damaged[^1] ^= 1;
        await using NpgsqlConnection database = await disturbed.Backing.ConnectAsync(Stop);
        await blob.UploadAsync(new BinaryData(damaged), overwrite: true, Stop);
        Assert.Contains("SHA-256 differs", Assert.Single(Checkpoints.Damaged(await ReadAsync(database))), StringComparison.Ordinal);
        await blob.DeleteAsync(cancellationToken: Stop);
        Assert.Contains("is not there", Assert.Single(Checkpoints.Damaged(await ReadAsync(database))), StringComparison.Ordinal);
        await blob.UploadAsync(content, Stop);
        Assert.Empty(Checkpoints.Damaged(await ReadAsync(database)));
    }

    private static string Event(string id, string kind, string data, string experiment = "@id", int after = 0) =>
        $"""
        INSERT INTO outbox (id, kind, sweep, experiment, at, data, closed_at)
        VALUES (@id || '/{id}', '{kind}', 'planted', {experiment}, {4_000_000_000_000 + after}, '{data}', 1)
        """;

    private static Dictionary<string, int> Broken(Evidence all) =>
        Invariant.All.ToDictionary(invariant => invariant.Name, invariant => invariant.Broken(all).Count());

    private Task<Evidence> ReadAsync(NpgsqlConnection database) => EvidenceReader.ReadAsync(database, disturbed.Backing.Blobs, Stop);
}
