using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class PreemptionsTests
{
    private readonly Preemptions preemptions = new();

    [Fact]
    public void The_work_with_the_fewest_steps_to_lose_gives_way()
    {
        WorkSight[] running = [Work("a", lost: 5), Work("b", lost: 1), Work("c", lost: 3)];
        Assert.Equal("b", Assert.Single(preemptions.Choose([Row("high", 1)], running)).Victim.ExperimentId);
        Assert.Equal("b|cpu:0", preemptions.SlotFor("high"));
    }

    [Fact]
    public void Neither_an_equal_priority_nor_what_must_not_be_preempted_nor_a_slot_that_does_not_match_gives_way()
    {
        WorkSight[] running =
        [
            Work("equal", priority: 1),
            Work("kept") with { Schedule = new() { Preemptible = false } },
            Work("elsewhere") with { Labels = new Dictionary<string, string> { ["device"] = "cuda" } },
        ];
        Assert.Empty(preemptions.Choose([Row("high", 1, "cpu")], running));
    }

    [Fact]
    public void What_waits_takes_one_slot_until_the_work_on_it_has_ended_and_two_never_take_the_same()
    {
        WorkSight[] running = [Work("a"), Work("b")];
        QueueRow[] waiting = [Row("x", 1), Row("y", 1), Row("z", 1)];
        Assert.Equal(["a", "b"], preemptions.Choose(waiting, running).Select(one => one.Victim.ExperimentId));
        Assert.Equal(["a", "b"], preemptions.Choose(waiting, running).Select(one => one.Victim.ExperimentId));
        Assert.Equal(["b"], preemptions.Choose(waiting[1..], running[1..]).Select(one => one.Victim.ExperimentId));
        Assert.Null(preemptions.SlotFor("x"));
    }

    [Fact]
    public void What_was_asked_is_asked_no_longer_once_it_may_not_give_way_and_others_ask_it_once_nobody_waits_for_it()
    {
        WorkSight[] running = [Work("a"), Work("b", lost: 1)];
        Assert.Equal("a", Assert.Single(preemptions.Choose([Row("x", 1)], running)).Victim.ExperimentId);
        running[0] = running[0] with { Schedule = new() { Preemptible = false } };
        Assert.Equal("b", Assert.Single(preemptions.Choose([Row("x", 1)], running)).Victim.ExperimentId);
        Assert.Empty(preemptions.Choose([Row("y", 1)], running));
        preemptions.Keep(id => id != "x");
        Assert.Equal("b", Assert.Single(preemptions.Choose([Row("y", 1)], running)).Victim.ExperimentId);
    }

    private static WorkSight Work(string id, int priority = 0, int lost = 0) => new(
        new(id, 1, $"{id}|cpu:0"), new() { Priority = priority }, new Dictionary<string, string> { ["device"] = "cpu" }, lost);

    private static QueueRow Row(string id, int priority, string? device = null) => new(id, "s", 0, 0, Phase.Queued, 0, null, new(new()
    {
        Priority = priority,
        Require = device is null ? new Dictionary<string, JsonNode>() : new() { ["device"] = device },
    }));
}
