using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ViSurf.Api;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Api;

/// <summary>Stages that are shared, what is kept of them, and whether rows and checkpoints agree.</summary>
[Collection(ServerCollection.Name)]
public class StorageTests(Server server)
{
    private static readonly StorageAuditRequest AtOnce = new() { DeleteOrphans = true, OlderThan = TimeSpan.Zero };
    private readonly ViSurfClient client = server.Client;

    [Fact]
    public async Task After_a_run_an_audit_drops_what_was_left_over_and_store_and_rows_agree()
    {
        using TemporaryFolder folder = new();
        await using EmbeddedHost host = await EmbeddedHost.StartAsync(Server.Options(folder.Path));
        using HttpClient http = new() { BaseAddress = host.Address };
        ViSurfClient own = new(http);
        await own.SubmitAsync(Server.Spec("audited"), "audited");
        await Server.EventsAsync(own, "audited");
        StorageAuditView clean = await own.AuditStorageAsync(new());
        Assert.Equal((true, 0L, 2), (clean.IsClean, clean.Difference, clean.Rows.Count));
        Assert.Equal((clean.Rows, clean.Rows), (clean.Store, clean.Referred));

        ICheckpointStore store = host.Parts.GetRequiredService<ICheckpointStore>();
        Checkpoint orphan = store.Save("0123456789abcdef", new("audited/gone", 1, "slot"), 1, stream => stream.Write([1, 2, 3]));
        Assert.Equal((true, 1), await own.AuditStorageAsync(new()) is var young ? (young.IsClean, young.InFlight.Count) : default);
        Assert.Equal([orphan.Blob], (await own.AuditStorageAsync(AtOnce with { DeleteOrphans = false })).OrphanedNames);
        Assert.Equal((true, 1), await own.AuditStorageAsync(AtOnce) is var dropped ? (dropped.IsClean, dropped.Deleted.Count) : default);
        Assert.False(store.Exists(orphan.Blob));

        StageView trained = await own.ListStagesAsync().FirstAsync(stage => stage.Checkpoint is not null);
        store.Drop(trained.Checkpoint!.Blob);
        StorageAuditView missing = await own.AuditStorageAsync(AtOnce);
        Assert.Equal((false, -trained.Checkpoint.Length), (missing.IsClean, missing.Difference));
        Assert.Equal([trained.Checkpoint.Blob], missing.MissingNames);
    }

    [Fact]
    public async Task Who_tidies_up_drops_what_no_sweep_keeps_and_orphans_that_are_old_enough_and_leaves_the_rest()
    {
        using TemporaryFolder folder = new();
        EmbeddedOptions options = Server.Options(folder.Path);
        await using EmbeddedHost host = await EmbeddedHost.StartAsync(options with
        {
            Parts = services =>
            {
                options.Parts!(services);
                services.AddSingleton(new StorageSettings(TimeSpan.FromHours(1)));
            },
        });
        using HttpClient http = new() { BaseAddress = host.Address };
        ViSurfClient own = new(http);
        await own.SubmitAsync(Server.Spec("tidy"), "tidy");
        await Server.EventsAsync(own, "tidy");
        await own.SubmitAsync(Server.Spec("brief", 2) with { Retention = new() { Days = 0 } }, "brief");
        await Server.EventsAsync(own, "brief");
        ICheckpointStore store = host.Parts.GetRequiredService<ICheckpointStore>();
        Checkpoint[] orphans = [.. Enumerable.Range(1, 2).Select(step =>
            store.Save("0123456789abcdef", new("tidy/gone", 1, "slot"), step, stream => stream.Write([1])))];
        File.SetLastWriteTimeUtc(store.Fetch(orphans[0]), File.GetLastWriteTimeUtc(store.Fetch(orphans[0])).AddHours(-2));

        await host.Parts.GetRequiredService<IGrainFactory>().GetGrain<IStorageGrain>(Pools.Default).WakeAsync();
        using CancellationTokenSource late = new(Server.Patience);
        while (store.Exists(orphans[0].Blob))
        {
            await own.AuditStorageAsync(new(), late.Token);
        }

        StorageAuditView left = await own.AuditStorageAsync(new(), late.Token);
        Assert.Equal((true, 2, 1), (left.IsClean, left.Referred.Count, left.InFlight.Count));
        List<StageView> brief = await own.ListStagesAsync("brief").Where(stage => stage.Name != "evaluate").ToListAsync();
        Assert.Equal([StageState.Expired, StageState.Expired], brief.Select(stage => stage.State));
    }

    [Fact]
    public async Task An_audit_that_is_not_remembered_or_asked_for_wrongly_is_refused_by_name()
    {
        (int status, JsonNode body) = await server.SendAsync(HttpMethod.Get, "v1/storage/audits/none");
        Assert.Equal((404, "none"), (status, body["subject"]!.GetValue<string>()));
        Fault fault = await Assert.ThrowsAsync<Fault>(() => client.AuditStorageAsync(new() { OlderThan = TimeSpan.FromDays(-1) }));
        Assert.Equal((FaultCode.SpecInvalid, "olderThan"), (fault.Code, fault.Subject));
    }

    [Fact]
    public async Task An_experiment_says_for_each_stage_who_trained_it_and_what_it_started_from()
    {
        (string first, string second) = (server.NewId(), server.NewId());
        await server.RunAsync(Server.Spec(first, 501), first);
        await server.RunAsync(Server.Spec(second, 501), second);
        ExperimentView trained = await ShownAsync(first), reused = await ShownAsync(second);
        Assert.Equal([(false, trained.Id), (false, trained.Id)], trained.Lineage.Select(stage => (stage.IsReused, stage.By)));
        Assert.Equal([(true, trained.Id), (true, trained.Id)], reused.Lineage.Select(stage => (stage.IsReused, stage.By)));
        Assert.Equal([null, trained.Lineage[0].Checkpoint], reused.Lineage.Select(stage => stage.StartedFrom));
        Assert.StartsWith($"s/{trained.Stages[0].Key}/{trained.Id}/", reused.Lineage[0].Checkpoint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_without_reuse_trains_anew_and_gives_nothing_away_and_stays_so()
    {
        (string first, string alone, string third) = (server.NewId(), server.NewId(), server.NewId());
        SweepSpec spec = Server.Spec(first, 511);
        await server.RunAsync(spec, first);
        await server.RunAsync(spec with { Reuse = false }, alone);
        await server.RunAsync(spec, third);
        ExperimentView shared = await ShownAsync(first), own = await ShownAsync(alone), reused = await ShownAsync(third);
        Assert.All(own.Lineage, stage => Assert.Equal((false, own.Id), (stage.IsReused, stage.By)));
        Assert.All(reused.Lineage, stage => Assert.Equal((true, shared.Id), (stage.IsReused, stage.By)));
        Assert.Equal(shared.Id.Split('/')[1], own.Id.Split('/')[1]);
        Fault fault = await Assert.ThrowsAsync<Fault>(() => client.SubmitAsync(spec, alone));
        Assert.Equal(FaultCode.Conflict, fault.Code);
    }

    [Fact]
    public async Task A_stage_that_gave_up_its_checkpoint_is_trained_again_by_who_needs_it()
    {
        (string first, string second) = (server.NewId(), server.NewId());
        await server.RunAsync(Server.Spec(first, 521), first);
        ExperimentView trained = await ShownAsync(first);
        IStageIndex stages = server.Host.Parts.GetRequiredService<IStageIndex>();
        StageRow row = Assert.Single(await stages.ReadAsync([trained.Stages[0].Key]));
        Assert.True(await stages.ExpireAsync(row));
        server.Host.Parts.GetRequiredService<ICheckpointStore>().Drop(row.Last!);

        await server.RunAsync(Server.Spec(second, 521), second);
        ExperimentView again = await ShownAsync(second);
        Assert.Equal([(false, again.Id), (true, trained.Id)], again.Lineage.Select(stage => (stage.IsReused, stage.By!)));
        Assert.Equal(StageState.Done, (await client.GetStageAsync(row.Key)).State);
    }

    [Fact]
    public async Task Another_retention_changes_the_sweep_and_nothing_of_its_experiments()
    {
        string id = server.NewId();
        SweepSpec spec = Server.Spec(id, 531);
        await server.RunAsync(spec, id);
        SweepSpec kept = spec with { Retention = new() { Days = 30, KeepBest = new() { Metric = "P-acc" } } };
        Assert.Equal(SubmitOutcome.Rescheduled, (await client.SubmitAsync(kept, id)).Outcome);
        Assert.Equal(SubmitOutcome.Unchanged, (await client.SubmitAsync(kept, id)).Outcome);
        Assert.Equal(kept.Retention, (await client.GetSweepSpecAsync(id)).Retention);
        Fault fault = await Assert.ThrowsAsync<Fault>(() => client.SubmitAsync(spec with { Retention = new() { Days = -1 } }, id));
        Assert.Equal((FaultCode.SpecInvalid, "retention.days"), (fault.Code, fault.Subject));
    }

    private async Task<ExperimentView> ShownAsync(string sweep) => await client.GetExperimentAsync(
        (await client.ListExperimentsAsync(sweep).FirstAsync(experiment => experiment.Row == "sft")).Id);
}
