using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ViSurf.Api;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Api;

/// <summary>Schedules, retries and drains over HTTP.</summary>
[Collection(ServerCollection.Name)]
public class SchedulingTests(Server server)
{
    private readonly ViSurfClient client = server.Client;

    [Fact]
    public async Task What_failed_says_how_and_is_run_again_and_the_sweep_succeeds()
    {
        string id = server.NewId();
        SweepView failed = await server.RunAsync(Server.Spec($"{QuickTrainer.FailsOnce}-{id}", 211), id);
        Assert.Equal((SweepPhase.Failed, 3), (failed.Phase, failed.Experiments[Phase.Failed]));
        ExperimentView one = await client.ListExperimentsAsync(id).FirstAsync(experiment => experiment.Row == "sft");
        Assert.Equal(FailureKind.Diverged, one.Failure!.Kind);
        (_, JsonNode shown) = await server.SendAsync(HttpMethod.Get, $"v1/experiments/{one.Id}");
        Assert.Equal("diverged", shown["failure"]!["kind"]!.GetValue<string>());

        SweepView again = await client.RetrySweepAsync(id, failedOnly: true);
        Assert.Equal((SweepPhase.Running, failed.Revision + 1), (again.Phase, again.Revision));
        List<EventView> events = await Server.EventsAsync(client, id);
        SweepView ended = await client.GetSweepAsync(id);
        Assert.Equal((SweepPhase.Succeeded, 3), (ended.Phase, ended.Experiments[Phase.Succeeded]));
        Assert.Equal(3, events.Count(happened => happened.Kind == EventKinds.ExperimentRetried));
        Assert.All(events.Where(happened => happened.Kind == EventKinds.ExperimentFailed),
            happened => Assert.Equal("diverged", happened.Data["kind"]!.GetValue<string>()));
        Assert.Equal(2, (await client.GetExperimentAsync(one.Id)).Stages.Count);

        Assert.Equal(ended.Revision, (await client.RetrySweepAsync(id)).Revision);
        Assert.Equal(SweepPhase.Succeeded, (await client.GetSweepAsync(id)).Phase);
        Assert.Equal(FaultCode.NotFound, (await Assert.ThrowsAsync<Fault>(() => client.RetrySweepAsync("none"))).Code);
    }

    [Fact]
    public async Task What_was_cancelled_is_run_again_where_that_is_asked_for()
    {
        string id = server.NewId();
        SweepSpec nowhere = Server.Spec(id, 212) with { Schedule = Requiring("gpu") };
        await client.SubmitAsync(nowhere, id);
        await client.CancelSweepAsync(id, "enough");
        await Server.EventsAsync(client, id);
        Assert.Equal(SweepPhase.Cancelled, (await client.RetrySweepAsync(id, failedOnly: true)).Phase);
        Assert.Equal(SweepPhase.Running, (await client.RetrySweepAsync(id)).Phase);
        Assert.Equal(SubmitOutcome.Rescheduled, (await client.SubmitAsync(Server.Spec(id, 212), id)).Outcome);
        await Server.EventsAsync(client, id);
        Assert.Equal(SweepPhase.Succeeded, (await client.GetSweepAsync(id)).Phase);
    }

    [Fact]
    public async Task What_waits_says_for_what()
    {
        string id = server.NewId();
        await client.SubmitAsync(Server.Spec(id, 213) with { Schedule = Requiring("gpu") }, id);
        ExperimentView queued = await FirstAsync(id);
        Assert.Equal(["waits for label gpu=h100: no slot has it"], await WaitsAsync(queued.Id));
        await client.SubmitAsync(Server.Spec(id, 213), id);
        await Server.EventsAsync(client, id);
        Assert.Empty((await client.GetExperimentAsync(queued.Id)).Waits);
    }

    [Fact]
    public async Task What_waits_is_shown_though_the_scheduler_cannot_be_asked_why()
    {
        using TemporaryFolder folder = new();
        EmbeddedOptions options = Server.Options(folder.Path);
        await using EmbeddedHost host = await EmbeddedHost.StartAsync(
            options with { Parts = services => options.Parts!(services.AddSingleton<IIncomingGrainCallFilter, NoReasons>()) });
        using HttpClient http = new() { BaseAddress = host.Address };
        ViSurfClient asking = new(http);
        await asking.SubmitAsync(Server.Spec("asked", 216) with { Schedule = Requiring("gpu") }, "asked");
        ExperimentView shown = await asking.GetExperimentAsync((await FirstAsync("asked", asking)).Id);
        Assert.Equal(
            (Phase.Queued, "the scheduler does not answer, which could say why it waits: it is away"),
            (shown.Phase, Assert.Single(shown.Waits)));
    }

    [Fact]
    public async Task A_slot_or_a_node_is_drained_and_opened_again()
    {
        SlotView slot = await client.ListSlotsAsync().FirstAsync();
        Assert.Equal("cpu", slot.Labels["device"]);
        string node = slot.Id.Split('|')[0];
        foreach ((string name, int seed) in new[] { (slot.Id, 214), (node, 215) })
        {
            string id = server.NewId();
            SlotView drained = Assert.Single((await client.DrainAsync(name, "it is hot")).Items);
            Assert.Equal((slot.Id, true, "it is hot"), (drained.Id, drained.IsDraining, drained.Reason));
            await client.SubmitAsync(Server.Spec(id, seed), id);
            Assert.Equal([$"1 of 1 matching slots take no work: {slot.Id}: it is hot"], await WaitsAsync((await FirstAsync(id)).Id));
            Assert.False(Assert.Single((await client.UndrainAsync(name)).Items).IsDraining);
            await Server.EventsAsync(client, id);
        }

        Assert.Equal(FaultCode.NotFound, (await Assert.ThrowsAsync<Fault>(() => client.DrainAsync("none", "x"))).Code);
        Assert.Equal(FaultCode.NotFound, (await Assert.ThrowsAsync<Fault>(() => client.DrainAsync("none|cpu:0", "x"))).Code);
    }

    // It is handed over a moment after it is submitted.
    private async Task<ExperimentView> FirstAsync(string sweep, ViSurfClient? asking = null)
    {
        using CancellationTokenSource late = new(Server.Patience);
        while (true)
        {
            IAsyncEnumerable<ExperimentView> all = (asking ?? client).ListExperimentsAsync(sweep, cancellationToken: late.Token);
            if (await all.FirstOrDefaultAsync(late.Token) is { } first)
            {
                return first;
            }
        }
    }

    private async Task<IReadOnlyList<string>> WaitsAsync(string experiment)
    {
        using CancellationTokenSource late = new(Server.Patience);
        IReadOnlyList<string> waits;
        do
        {
            late.Token.ThrowIfCancellationRequested();
            waits = (await client.GetExperimentAsync(experiment)).Waits;
        }
        while (waits.Count == 0);
        return waits;
    }

    private static ScheduleSpec Requiring(string name) => new() { Require = new Dictionary<string, JsonNode> { [name] = "h100" } };

    private sealed class NoReasons : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) =>
            context.MethodName == nameof(ISchedulerGrain.WhyAsync) ? throw new TimeoutException("it is away") : context.Invoke();
    }
}
