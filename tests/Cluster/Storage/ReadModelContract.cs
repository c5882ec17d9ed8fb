using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What an <see cref="IReadModel"/> promises.</summary>
public abstract class ReadModelContract(StorageUnderTest storage) : StorageContract(storage)
{
    [Fact]
    public async Task Sweeps_come_newest_first_in_parts_that_miss_none()
    {
        string[] ids = ["a", "b", "c", "d", "e"];
        foreach ((int i, string id) in ids.Index())
        {
            await Sweeps.WriteAsync(Samples.Sweep(id, Samples.Noon.AddSeconds(i / 2)), 0, [], Stop);
        }

        Assert.Equal(["e", "d", "c", "b", "a"], await InParts(async after =>
            [.. (await Rows.SweepsAsync(after, 2, Stop)).Select(view => view.Id)]));
    }

    [Fact]
    public async Task A_sweep_says_how_many_experiments_stand_where()
    {
        SweepState state = Samples.Sweep() with { Phase = SweepPhase.Cancelled, EndedAt = Samples.Noon.AddHours(1), Revision = 3 };
        await Sweeps.WriteAsync(state, 0, [], Stop);
        await AddAsync(Samples.Order(index: 0), Phase.Cancelled);
        await AddAsync(Samples.Order(index: 1), Phase.Cancelled);
        await AddAsync(Samples.Order(index: 2), Phase.Succeeded);
        (SweepView view, SweepSpec spec) = (await Rows.SweepAsync("sweep", Stop))!.Value;
        AssertSame(state.Spec, spec);
        AssertSame(new SweepView
        {
            Id = "sweep",
            Name = "name of sweep",
            Revision = 3,
            Phase = SweepPhase.Cancelled,
            CreatedAt = Samples.Noon,
            EndedAt = Samples.Noon.AddHours(1),
            Experiments = new Dictionary<Phase, int> { [Phase.Cancelled] = 2, [Phase.Succeeded] = 1 },
        }, view);
        AssertSame(view, (await Rows.SweepsAsync(null, 1, Stop)).Single());
        Assert.Null(await Rows.SweepAsync("none", Stop));
    }

    [Fact]
    public async Task A_search_is_read_with_its_trials_and_a_sweep_that_is_none_has_none()
    {
        SearchTrial trial = new()
        {
            Number = 3,
            Label = "sft, sft.learningRate=0.1",
            Coordinates = new Dictionary<string, JsonNode?> { ["sft.learningRate"] = 0.1 },
            Rungs = [new(0, [new(0.5), new(0.25)]) { IsReprieved = true }, new(1, [new(), new(null, "diverged")])],
            Stopped = "enough",
        };
        await Sweeps.WriteAsync(Samples.Sweep("a") with { Trials = [trial] }, 0, [], Stop);
        await Sweeps.WriteAsync(Samples.Sweep("b"), 0, [], Stop);
        StoredSearch search = (await Rows.SearchAsync("a", Stop))!;
        AssertSame(trial, search.Trials.Single());
        Assert.Equal("name of a", search.Spec.Name);
        Assert.Null(await Rows.SearchAsync("b", Stop));
        Assert.Null(await Rows.SearchAsync("none", Stop));
    }

    [Fact]
    public async Task Experiments_come_in_the_order_of_their_sweep_in_parts_that_miss_none()
    {
        List<string> expected = [];
        foreach (string sweep in new[] { "a", "b" })
        {
            for (int i = 0; i < 5; i++)
            {
                expected.Add(await AddAsync(Samples.Order(sweep, i), i % 2 == 0 ? Phase.Queued : Phase.Running));
            }
        }

        Assert.Equal(expected, await InParts(after => ExperimentsAsync(null, null, after)));
        Assert.Equal(expected[5..], await InParts(after => ExperimentsAsync("b", null, after)));
        Assert.Equal([expected[1], expected[3], expected[6], expected[8]], await InParts(after =>
            ExperimentsAsync(null, Phase.Running, after)));
        Assert.Equal([expected[6], expected[8]], await InParts(after => ExperimentsAsync("b", Phase.Running, after)));
    }

    [Fact]
    public async Task An_experiment_is_seen_as_it_stands()
    {
        ExperimentState state = Samples.State(Samples.Order(index: 1), Phase.Running) with
        {
            Fence = 3,
            SlotId = "node|cpu:0",
            Last = Samples.Checkpoint(8),
            Failures = 1,
            Reason = "the node was lost",
            StartedAt = Samples.Noon.AddMinutes(1),
        };
        await Experiments.WriteAsync(Samples.New(state), Stop);
        AssertSame(new ExperimentView
        {
            Id = Samples.Id(state.Order),
            Sweep = "sweep",
            Row = "sft",
            Seed = 2,
            Method = "sft",
            Phase = Phase.Running,
            Stages = state.Order.Stages,
            StageIndex = 0,
            Step = 8,
            Attempt = 3,
            Slot = "node|cpu:0",
            Failures = 1,
            Reason = "the node was lost",
            QueuedAt = Samples.Noon,
            StartedAt = Samples.Noon.AddMinutes(1),
        }, (await Rows.ExperimentAsync(Samples.Id(state.Order), Stop))!);
        Assert.Null(await Rows.ExperimentAsync("none", Stop));
    }

    [Fact]
    public async Task A_change_is_seen_at_once()
    {
        string id = await AddAsync(Samples.Order());
        ExperimentState running = Samples.State(phase: Phase.Running) with { Fence = 1, SlotId = "node|cpu:0" };
        await Experiments.WriteAsync(Samples.New(running) with { Expected = 1 }, Stop);
        Assert.Equal((Phase.Running, 1L), (await Rows.ExperimentAsync(id, Stop)) is { } view ? (view.Phase, view.Attempt) : default);
        Assert.Equal(1, (await Sweeps.CountAsync("sweep", Stop))[Phase.Running]);
    }

    [Fact]
    public async Task Stages_come_by_key_those_of_one_sweep_alone_where_asked_for()
    {
        ExperimentOrder order = Samples.Order(training: "k3", evaluate: "k-not-there-yet");
        await Sweeps.WriteAsync(Samples.Sweep(orders: [order, Samples.Order(index: 1, training: "k1", evaluate: "k2")]), 0, [], Stop);
        foreach (string key in new[] { "k4", "k3", "k2", "k1" })
        {
            await PutStageAsync(Samples.Order($"owner of {key}"), Samples.Stage(key, "", last: Samples.Checkpoint(4)));
        }

        Assert.Equal(["k1", "k2", "k3", "k4"], await InParts(after => StagesAsync(null, after)));
        Assert.Equal(["k1", "k2", "k3"], await InParts(after => StagesAsync("sweep", after)));
        Assert.Empty(await StagesAsync("none", null));
        Checkpoint last = Samples.Checkpoint(4);
        AssertSame(new StageView
        {
            Key = "k1",
            Name = "sft",
            State = StageState.Claimed,
            Owner = Samples.Id(Samples.Order("owner of k1")),
            Step = 4,
            Steps = 20,
            Checkpoint = new(last.Blob, last.Step, last.Length, last.Sha256),
        }, (await Rows.StageAsync("k1", Stop))!);
        Assert.Null(await Rows.StageAsync("none", Stop));
    }

    [Fact]
    public async Task Stages_that_are_done_are_told_from_the_rest()
    {
        await PutStageAsync(Samples.Order("a"), Samples.Stage("k-done", "", StageState.Done));
        await PutStageAsync(Samples.Order("b"), Samples.Stage("k-claimed", ""));
        Assert.Equal(["k-done"], await Rows.DoneAsync(["k-claimed", "k-done", "k-none", "k-done"], Stop));
        Assert.Equal(["k-done"], await Rows.DoneAsync([.. Enumerable.Range(0, 40_000).Select(i => $"k{i}"), "k-done"], Stop));
        Assert.Empty(await Rows.DoneAsync([], Stop));
    }

    [Fact]
    public async Task Steps_come_in_order_after_the_one_named()
    {
        ExperimentWrite write = Samples.New(Samples.State()) with
        {
            StepsOf = "k-train",
            Steps = new([.. Enumerable.Range(1, 5).Reverse().Select(step => new StepRow(step, $"{step}"))]),
        };
        await Experiments.WriteAsync(write, Stop);
        Assert.Equal([3, 4], (await Rows.StepsAsync("k-train", 2, 2, Stop)).Select(row => row.Step));
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_experiments_also_after_reopening()
    {
        await PutResultAsync(Samples.Order(index: 1), 2, "k2", [2]);
        await PutResultAsync(Samples.Order(index: 0), 1, "k1", [1]);
        await PutResultAsync(Samples.Order("other"), 1, "k3", [3]);
        IReadOnlyList<ResultView> results = await Storage.Reopen().Rows.ResultsAsync("sweep", Stop);
        Assert.Equal([1, 2], results.Select(result => result.Seed));
        Assert.Equal((2L, Samples.Noon, "sft", Samples.Id(Samples.Order(index: 1))),
            (results[1].Attempt, results[1].At, results[1].Row, results[1].Experiment));
    }

    [Fact]
    public async Task A_stored_result_has_what_a_report_needs()
    {
        ExperimentOrder order = Samples.Order();
        await PutResultAsync(order, 1, "k-evaluate", [1, 2]);
        StoredResult? result = await Rows.ResultAsync(Samples.Id(order), Stop);
        AssertSame(order.Spec, result!.Spec);
        AssertSame([Samples.TrainingResult("k-train")], result.Stages);
        Assert.Equal([1, 2], result.Measurements);
        Assert.Null(await Rows.ResultAsync("none", Stop));
    }

    [Fact]
    public async Task A_list_that_begins_after_what_is_not_there_is_refused()
    {
        Fault fault = await Assert.ThrowsAsync<Fault>(async () => await Rows.SweepsAsync("none", 1, Stop));
        Assert.Equal(FaultCode.NotFound, fault.Code);
        fault = await Assert.ThrowsAsync<Fault>(async () => await Rows.ExperimentsAsync(null, null, "none", 1, Stop));
        Assert.Contains("'none'", fault.Message, StringComparison.Ordinal);
    }

    private async Task<List<string>> ExperimentsAsync(string? sweep, Phase? phase, string? after) =>
        [.. (await Rows.ExperimentsAsync(sweep, phase, after, 2, Stop)).Select(view => view.Id)];

    private async Task<List<string>> StagesAsync(string? sweep, string? after) =>
        [.. (await Rows.StagesAsync(sweep, after, 2, Stop)).Select(view => view.Key)];

    private static async Task<List<string>> InParts(Func<string?, Task<List<string>>> read)
    {
        List<string> all = [];
        List<string> part = await read(null);
        while (part.Count > 0)
        {
            Assert.InRange(part.Count, 1, 2);
            all.AddRange(part);
            part = await read(part[^1]);
        }

        return all;
    }
}
