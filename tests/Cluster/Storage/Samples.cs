using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>Values for stores, with every field filled that a store could lose.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static ExperimentSpec Spec(int seed = 1, string method = "sft") => new()
    {
        Name = $"sample/{method}/{seed}",
        Seed = seed,
        Model = new() { Path = "models/tiny-base" },
        Data = new() { Benchmark = "mini-mix" },
        Method = new() { Name = method },
    };

    public static ExperimentOrder Order(
        string sweep = "sweep", int index = 0, string training = "k-train", string evaluate = "k-evaluate") =>
        new(sweep, "sft", index, Spec(seed: index + 1), [new("sft", training, 20), new("evaluate", evaluate, 1)]);

    public static string Id(ExperimentOrder order) => $"{order.Sweep}/{order.Spec.Id}";

    public static ExperimentState State(ExperimentOrder? order = null, Phase phase = Phase.Queued) => new()
    {
        Order = order ?? Order(),
        Phase = phase,
        QueuedAt = Noon,
    };

    public static ExperimentWrite New(ExperimentState state) => new() { Id = Id(state.Order), Expected = 0, State = state };

    public static StageRow Stage(string key, string owner, StageState state = StageState.Claimed, Checkpoint? last = null) => new()
    {
        Key = key,
        Name = "sft",
        State = state,
        Owner = owner,
        Steps = 20,
        Last = last,
    };

    public static Checkpoint Checkpoint(int step, long fence = 1) =>
        new($"s/k-train/sweep/x/f{fence}-s{step}", step, 1000 + step, new('a', 64));

    public static StageResult TrainingResult(string key) => new(key, 20, AnswerStyle.Compact, new StageCost());

    public static EventRecord Event(string id, string kind = EventKinds.StageStarted, string sweep = "sweep", string? experiment = null) =>
        new(id, kind, sweep, experiment, Noon, new JsonObject { ["row"] = "sft", ["seed"] = 1 });

    public static SweepState Sweep(string id = "sweep", DateTimeOffset? createdAt = null, params ExperimentOrder[] orders) => new()
    {
        Id = id,
        Spec = new()
        {
            Name = $"name of {id}",
            Base = new JsonObject { ["model"] = new JsonObject { ["path"] = "models/tiny-base" } },
            Rows = [new() { Method = "sft" }],
            Seeds = [1, 2],
        },
        Revision = 1,
        Phase = SweepPhase.Running,
        CreatedAt = createdAt ?? Noon,
        Orders = orders,
        HandedOver = 0,
    };
}
