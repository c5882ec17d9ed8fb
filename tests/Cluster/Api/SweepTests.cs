using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Api;

[Collection(ServerCollection.Name)]
public class SweepTests(Server server)
{
    private readonly ViSurfClient client = server.Client;

    [Fact]
    public async Task A_sweep_is_created_then_unchanged_then_extended_and_its_experiments_come_to_results()
    {
        string id = server.NewId();
        SubmitView created = await client.SubmitAsync(Server.Spec(id), id);
        Assert.Equal(SubmitOutcome.Created, created.Outcome);
        Assert.Equal(SubmitOutcome.Unchanged, (await client.SubmitAsync(Server.Spec(id), id)).Outcome);
        SubmitView extended = await client.SubmitAsync(Server.Spec(id, 1, 2), id);
        Assert.Equal((SubmitOutcome.Extended, 2), (extended.Outcome, extended.Sweep.Revision));

        SweepView ended = await server.RunAsync(Server.Spec(id, 1, 2), id);
        Assert.Equal(SweepPhase.Succeeded, ended.Phase);
        Assert.Equal(5, ended.Experiments[Phase.Succeeded]);
        Assert.Equal(["base", "sft", "visurf", "sft", "visurf"],
            await client.ListExperimentsAsync(id).Select(one => one.Row).ToListAsync());
        Assert.Equal(5, await client.ListResultsAsync(id).CountAsync());
        Assert.Equal([1, 2], (await client.GetSweepSpecAsync(id)).Seeds);
        Assert.Contains(await client.ListSweepsAsync().Select(one => one.Id).ToListAsync(), one => one == id);
    }

    [Fact]
    public async Task Another_spec_under_the_same_key_is_a_conflict()
    {
        string id = server.NewId();
        await client.SubmitAsync(Server.Spec(id), id);
        SweepSpec other = Server.Spec(id) with { Seeds = [7] };
        Assert.Equal(FaultCode.Conflict, (await Assert.ThrowsAsync<Fault>(() => client.SubmitAsync(other, id))).Code);
    }

    [Fact]
    public async Task The_same_idempotency_key_gives_the_same_sweep_and_none_gives_a_new_one()
    {
        SweepSpec spec = Server.Spec("keyed");
        SubmitView first = await client.CreateAsync(spec, "key 1");
        SubmitView again = await client.CreateAsync(spec, "key 1");
        Assert.Equal((first.Sweep.Id, SubmitOutcome.Unchanged), (again.Sweep.Id, again.Outcome));
        Assert.Equal(FaultCode.Conflict,
            (await Assert.ThrowsAsync<Fault>(() => client.CreateAsync(Server.Spec("keyed", 1, 2), "key 1"))).Code);
        SubmitView other = await client.CreateAsync(spec);
        SubmitView later = await client.CreateAsync(spec);
        Assert.Matches("^[0-9a-hjkmnp-tv-z]{26}$", other.Sweep.Id);
        Assert.Equal(SubmitOutcome.Created, later.Outcome);
        Assert.NotEqual(other.Sweep.Id, later.Sweep.Id);
    }

    [Fact]
    public async Task A_plan_counts_what_would_run_and_what_is_stored_and_stores_nothing()
    {
        string id = server.NewId();
        SweepSpec spec = Server.Spec(id, 21);
        SweepPlan before = await client.PlanAsync(spec);
        Assert.Equal((2, 2, 0), (before.TrainingStages, before.TrainingStagesAlone, before.StoredStages));
        Assert.Equal(["base", "sft", "visurf"], before.Cells.Select(cell => cell.Row));
        Assert.Equal(FaultCode.NotFound, (await Assert.ThrowsAsync<Fault>(() => client.GetSweepAsync(id))).Code);
        await server.RunAsync(spec, id);
        Assert.Equal(5, (await client.PlanAsync(spec)).StoredStages);
    }

    [Fact]
    public async Task Lists_come_in_parts_and_the_client_puts_them_together()
    {
        string id = server.NewId();
        await server.RunAsync(Server.Spec(id, 31, 32, 33), id);
        (int status, JsonNode part) = await server.SendAsync(HttpMethod.Get, $"v1/sweeps/{id}/experiments?max=3&phase=succeeded");
        Assert.Equal((200, 3), (status, part["items"]!.AsArray().Count));
        List<string> ids = [.. part["items"]!.AsArray().Select(one => one!["id"]!.GetValue<string>())];
        while (part["nextLink"]?.GetValue<string>() is { } next)
        {
            (_, part) = await server.SendAsync(HttpMethod.Get, next);
            ids.AddRange(part["items"]!.AsArray().Select(one => one!["id"]!.GetValue<string>()));
        }

        Assert.Equal(7, ids.Distinct().Count());
        Assert.Equal(ids, await client.ListExperimentsAsync(id, Phase.Succeeded).Select(one => one.Id).ToListAsync());
        Assert.Empty(await client.ListExperimentsAsync(id, Phase.Failed).ToListAsync());
        Assert.Superset(ids.ToHashSet(), await client.ListExperimentsAsync().Select(one => one.Id).ToHashSetAsync());
    }

    [Fact]
    public async Task An_experiment_its_stages_and_its_steps_can_be_read()
    {
        string id = server.NewId();
        await server.RunAsync(Server.Spec(id, 41), id);
        ExperimentView experiment = await client.ListExperimentsAsync(id).FirstAsync(one => one.Row == "sft");
        Assert.Equal(JsonSerializer.Serialize(experiment, SpecJson.Options),
            JsonSerializer.Serialize(await client.GetExperimentAsync(experiment.Id), SpecJson.Options));
        StageView stage = await client.GetStageAsync(experiment.Stages[0].Key);
        Assert.Equal((StageState.Done, experiment.Id), (stage.State, stage.Owner));
        Assert.Equal(5, await client.ListStagesAsync(id).CountAsync());
        Assert.Equal([1, 2, 3], await client.ListStepsAsync(experiment.Id).Select(step => step.Step).ToListAsync());
        Assert.Equal(3, await client.ListStepsAsync(experiment.Id, 0).CountAsync());
        Assert.Empty(await client.ListStepsAsync(experiment.Id, 1).ToListAsync());
        (_, JsonNode rest) = await server.SendAsync(HttpMethod.Get, $"v1/experiments/{experiment.Id}/steps?stage=0&after=1&max=1");
        Assert.Equal(2, rest["items"]![0]!["step"]!.GetValue<int>());
        Assert.EndsWith("after=2", rest["nextLink"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        string id = server.NewId();
        await server.RunAsync(Server.Spec(id, 51), id);
        string experiment = (await client.ListExperimentsAsync(id).FirstAsync()).Id;
        string[] paths = [$"v1/sweeps/{id}", $"v1/sweeps/{id}/spec", $"v1/experiments/{experiment}", $"v1/sweeps/{id}/report"];
        foreach (string path in paths)
        {
            using HttpResponseMessage first = await server.Http.GetAsync(path);
            using HttpRequestMessage again = new(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using HttpResponseMessage second = await server.Http.SendAsync(again);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified), (first.StatusCode, second.StatusCode));
            Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_sweep_or_one_experiment_ends_when_it_is_asked_to()
    {
        string id = server.NewId();
        await client.SubmitAsync(Server.Spec($"{QuickTrainer.Held}-{id}", 111), id);
        string experiment = (await Running(id)).Experiment!;
        Assert.Equal(experiment, (await client.CancelExperimentAsync(experiment, "enough")).Id);
        Assert.Equal((Phase.Cancelled, "enough"),
            (await client.GetExperimentAsync(experiment) is var one ? (one.Phase, one.Reason) : default));
        await client.CancelSweepAsync(id, "all of it");
        await Server.EventsAsync(client, id);

        Assert.Equal(SweepPhase.Cancelled, (await client.GetSweepAsync(id)).Phase);
        (int status, JsonNode body) = await server.SendAsync(HttpMethod.Post, $"v1/sweeps/{id}/cancel");
        Assert.Equal((200, "cancelled"), (status, body["phase"]!.GetValue<string>()));
    }

    private async Task<SlotView> Running(string sweep)
    {
        using CancellationTokenSource late = new(Server.Patience);
        await foreach (WatchUpdate update in client.WatchAsync(sweep, 0, late.Token))
        {
            if (update.Slots?.FirstOrDefault(slot => slot.Step > 0) is { } slot)
            {
                Assert.Contains(await client.ListSlotsAsync().ToListAsync(), one => one.Experiment == slot.Experiment);
                return slot;
            }
        }

        throw new InvalidOperationException("the sweep ended without running");
    }
}
