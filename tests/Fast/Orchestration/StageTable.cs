using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

/// <summary>Experiments and the stages they share, written as a store writes them: what the rules alone promise shows here.</summary>
internal sealed class StageTable
{
    private readonly Dictionary<string, StageRow> stages = [];

    public Dictionary<string, ExperimentState> Experiments { get; } = [];

    public List<EventRecord> Events { get; } = [];

    public List<ResultRow> Results { get; } = [];

    public IReadOnlyDictionary<string, StageRow> Stages => stages;

    public static DateTimeOffset Now { get; } = DateTimeOffset.UnixEpoch;

    public static ExperimentOrder Order(string sweep, string row, params StagePlan[] stages) =>
        new(sweep, row, 0, Nano.Spec("sft") with { Name = row }, stages);

    /// <summary>Applies a command; null changes nothing.</summary>
    public void Apply(string id, ExperimentChange? change)
    {
        if (change is null)
        {
            return;
        }

        while (change.IsArriving)
        {
            StageRow? row = stages.GetValueOrDefault(change.Next.Stage().Key);
            row = change.Stages.LastOrDefault(write => write.Row.Key == change.Next.Stage().Key)?.Row ?? row;
            change = change.Then(ExperimentRules.Arrive(id, change.Next, row, Now));
        }

        foreach (StageWrite write in change.Stages)
        {
            Assert.True(Holds(write), $"{id}: {write.Row.Key} is not {write.Condition}");
            stages[write.Row.Key] = write.Row;
        }

        Experiments[id] = change.Next;
        Events.AddRange(change.Events.Where(stored => Events.TrueForAll(known => known.Id != stored.Id)));
        if (change.Result is not null)
        {
            Results.Add(change.Result);
        }
    }

    public void Wake()
    {
        foreach ((string id, ExperimentState state) in Experiments.Where(pair => pair.Value.Phase == Phase.WaitingForStage).ToList())
        {
            Apply(id, new(state) { IsArriving = true });
        }
    }

    private bool Holds(StageWrite write)
    {
        StageRow? row = stages.GetValueOrDefault(write.Row.Key);
        return write.Condition switch
        {
            StageCondition.IsFree => row is null || row.State is StageState.Abandoned or StageState.Expired
                || (row.State == StageState.Claimed && row.Owner == write.Row.Owner),
            StageCondition.IsOwn => row is { State: StageState.Claimed } && row.Owner == write.Row.Owner,
            _ => row is { State: StageState.Done } && row.Last?.Blob != write.Row.Last?.Blob,
        };
    }
}
