using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Api;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Api;

[Collection(ServerCollection.Name)]
public class SearchTests(Server server)
{
    private const string Asha = "sampler: tpe, trials: 14, atOnce: 3, stopping: asha, rungs: { first: 8, eta: 2 }";
    private readonly ViSurfClient client = server.Client;

    [Fact]
    public async Task A_search_stops_the_bad_fails_with_the_failing_and_ends_with_the_best()
    {
        string id = server.NewId();
        SweepView ended = await server.RunAsync(Spec(id, Asha), id);
        Assert.Equal(SweepPhase.Succeeded, ended.Phase); // though some diverged
        SearchView search = await client.GetSearchAsync(id);
        Assert.Equal([8, 16, 32], search.Rungs);
        Assert.Equal(14, search.Made);
        List<TrialView> trials = await client.ListTrialsAsync(id).ToListAsync();
        Assert.Equal(Enumerable.Range(1, 14), trials.Select(trial => trial.Number));
        Assert.All(trials, trial => Assert.True(trial.Phase is TrialPhase.Stopped or TrialPhase.Finished or TrialPhase.Failed));
        Assert.All(trials.Where(trial => Rate(trial) > 0.5), trial => Assert.Equal(TrialPhase.Failed, trial.Phase));
        Assert.All(trials.Where(trial => trial.Phase != TrialPhase.Finished), trial => Assert.False(string.IsNullOrEmpty(trial.Reason)));
        TrialView[] finished = [.. trials.Where(trial => trial.Phase == TrialPhase.Finished)];
        Assert.Equal(finished.MaxBy(trial => trial.Rungs[^1].Mean)!.Row, search.Best!.Row);
        Assert.All(finished, trial => Assert.Equal([8, 16, 32], trial.Rungs.Select(rung => rung.Prompts)));
        Assert.Equal(trials.Sum(trial => trial.Rungs.Count * 2) + 1, ended.Experiments.Values.Sum());

        string report = await client.GetReportAsync(id, ReportFormat.Md);
        Assert.Contains(search.Best.Row, report, StringComparison.Ordinal);
        Assert.DoesNotContain(trials.First(trial => trial.Phase == TrialPhase.Stopped).Row, report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_promoted_trial_goes_on_from_what_it_trained_before()
    {
        string id = server.NewId();
        await server.RunAsync(Spec(id, Asha), id);
        TrialView best = (await client.GetSearchAsync(id)).Best!;
        ExperimentView end = await client.ListExperimentsAsync(id).FirstAsync(one => one.Row == best.Row);
        ExperimentView begin = await client.ListExperimentsAsync(id)
            .FirstAsync(one => one.Row == $"{best.Row} at 8" && one.Seed == end.Seed);
        Assert.Equal([1, 2, 4, 1], end.Stages.Select(stage => stage.Steps));
        Assert.Equal(begin.Stages[0].Key, end.Stages[0].Key);
        Assert.Equal([true, true, false, false], end.Lineage.Select(stage => stage.IsReused));
    }

    [Fact]
    public async Task A_search_is_unchanged_or_takes_more_trials_and_nothing_else()
    {
        string id = server.NewId();
        SweepSpec spec = Spec(id, "sampler: sobol, trials: 3");
        await server.RunAsync(spec, id);
        Assert.Equal(SubmitOutcome.Unchanged, (await client.SubmitAsync(spec, id)).Outcome);
        SweepSpec more = spec with { Search = spec.Search! with { Trials = 5 } };
        List<TrialView> before = await client.ListTrialsAsync(id).ToListAsync();
        Assert.Equal(SubmitOutcome.Extended, (await client.SubmitAsync(more, id)).Outcome);
        await Server.EventsAsync(client, id);
        List<TrialView> after = await client.ListTrialsAsync(id).ToListAsync();
        Assert.Equal(5, after.Count);
        Assert.Equal(Json(before), Json(after[..3]));
        foreach (SweepSpec other in (SweepSpec[])
            [spec, more with { Seeds = [1, 2, 3] }, more with { Search = null, Draw = new() { Count = 2 } }])
        {
            Assert.Equal(FaultCode.Conflict, (await Assert.ThrowsAsync<Fault>(() => client.SubmitAsync(other, id))).Code);
        }
    }

    [Fact]
    public async Task A_server_that_is_stopped_and_started_searches_as_one_that_never_was()
    {
        const string Search = "sampler: tpe, trials: 12, atOnce: 1, stopping: hyperband, rungs: { first: 8, eta: 2 }";
        string id = server.NewId();
        await server.RunAsync(Spec("stopped", Search), id);
        string expected = Json(await client.ListTrialsAsync(id).ToListAsync());

        using TemporaryFolder folder = new();
        string found = "";
        for (int made = 3; found != expected; made += 3)
        {
            await using EmbeddedHost host = await EmbeddedHost.StartAsync(Server.Options(folder.Path));
            using HttpClient http = new() { BaseAddress = host.Address };
            ViSurfClient own = new(http);
            await own.SubmitAsync(Spec("stopped", Search), "own");
            await UntilAsync(own, made);
            found = Json(await own.ListTrialsAsync("own").ToListAsync());
            Assert.True(made <= 24, found);
        }
    }

    [Fact]
    public async Task A_search_that_was_cancelled_is_retried_to_what_it_would_have_been()
    {
        const string Search = "sampler: sobol, trials: 30, atOnce: 2";
        string whole = server.NewId();
        string cut = server.NewId();
        SweepSpec spec = Spec(whole, Search);
        await server.RunAsync(spec, whole);
        await client.SubmitAsync(spec, cut);
        await client.CancelSweepAsync(cut, "enough");
        await Server.EventsAsync(client, cut);
        Assert.Equal(SweepPhase.Cancelled, (await client.GetSweepAsync(cut)).Phase);
        SearchView seen = await client.GetSearchAsync(cut);
        Assert.InRange(seen.Made, 1, 29);
        Assert.DoesNotContain(seen.Trials.Keys, phase => phase is TrialPhase.Running or TrialPhase.Promoted or TrialPhase.Waiting);
        await client.RetrySweepAsync(cut);
        await Server.EventsAsync(client, cut);
        Assert.Equal(SweepPhase.Succeeded, (await client.GetSweepAsync(cut)).Phase);
        Assert.Equal(Json(await client.ListTrialsAsync(whole).ToListAsync()), Json(await client.ListTrialsAsync(cut).ToListAsync()));
    }

    [Fact]
    public async Task A_plan_of_a_search_says_the_most_it_may_come_to_and_a_sweep_that_is_none_has_no_trials()
    {
        string id = server.NewId();
        SweepPlan plan = await client.PlanAsync(Spec(id, Asha));
        Assert.Equal(new SearchBound((14 * 2 * 3) + 1, 32, 14 * 2 * 4), plan.Search);
        await client.SubmitAsync(Server.Spec(id), id);
        (int status, JsonNode problem) = await server.SendAsync(HttpMethod.Get, $"v1/sweeps/{id}/search/trials");
        Assert.Equal((409, id), (status, problem["subject"]!.GetValue<string>()));
        Fault fault = await Assert.ThrowsAsync<Fault>(() => client.SubmitAsync(Spec(id, "sampler: grid, trials: 3"), server.NewId()));
        Assert.Equal((FaultCode.SpecInvalid, "axes.sft.learningRate"), (fault.Code, fault.Subject));
    }

    [Fact]
    public async Task Trials_come_in_parts()
    {
        string id = server.NewId();
        await server.RunAsync(Spec(id, "sampler: random, trials: 5"), id);
        (_, JsonNode part) = await server.SendAsync(HttpMethod.Get, $"v1/sweeps/{id}/search/trials?after=2&max=2");
        Assert.Equal([3, 4], part["items"]!.AsArray().Select(trial => trial!["number"]!.GetValue<int>()));
        Assert.EndsWith("after=4", part["nextLink"]!.GetValue<string>(), StringComparison.Ordinal);
        (int status, JsonNode problem) = await server.SendAsync(HttpMethod.Get, $"v1/sweeps/{id}/search/trials?after=x");
        Assert.Equal((400, "after"), (status, problem["subject"]!.GetValue<string>()));
    }

    // The end of the search, or so many trials made, whatever comes first.
    private static async Task UntilAsync(ViSurfClient client, int made)
    {
        using CancellationTokenSource late = new(Server.Patience);
        await foreach (WatchUpdate _ in client.WatchAsync("own", 0, late.Token))
        {
            if (await client.ListTrialsAsync("own", late.Token).CountAsync(late.Token) >= made && made <= 9)
            {
                return;
            }
        }
    }

    private static double Rate(TrialView trial) => trial.Coordinates["sft.learningRate"].Deserialize<double>(SpecJson.Options);

    private static string Json(IReadOnlyList<TrialView> trials) => JsonSerializer.Serialize(trials, SpecJson.Options);

    private static SweepSpec Spec(string name, string search) => SpecText.Read<SweepSpec>($$"""
        name: {{QuickTrainer.ByRate}}-{{name}}
        seeds: [1, 2]
        reuse: false
        base:
          model: { path: models/tiny-base }
          data: { benchmark: mini-mix, labels: 32 }
          method: { name: sft }
          sft: { prompts: 32, promptsPerStep: 8 }
          evaluate: { split: dev, items: 8, devItems: 1 }
        search: { measure: HM, {{search}} }
        axes:
          sft.learningRate: { uniform: [0.01, 0.7] }
        """, "test");
}
