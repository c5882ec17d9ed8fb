using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class WaitReasonsTests
{
    private static readonly Dictionary<string, string> Cpu = new() { ["device"] = "cpu" };
    private static readonly Dictionary<string, string> Gpu = new() { ["device"] = "cuda", ["gpu"] = "h100", ["memory"] = "24" };

    [Fact]
    public void A_label_that_no_slot_has_is_named() => Assert.Equal(["waits for label gpu=h100: no slot has it"],
        Of(new() { Require = Labels(("gpu", "h100")) }, new SlotSight("a", Cpu, null, null)));

    [Fact]
    public void Labels_that_no_slot_has_together_are_named() => Assert.Equal(["no slot has all of device=cpu, memory>=16"],
        Of(new() { Require = Labels(("device", "cpu"), ("memory", 16)) }, new("a", Cpu, null, null), new("b", Gpu, null, null)));

    [Fact]
    public void Slots_that_are_busy_or_closed_are_counted() => Assert.Equal(
        [
            "1 of 3 matching slots are busy with higher priority",
            "1 of 3 matching slots are busy with the same or a lower priority",
            "1 of 3 matching slots take no work: c: it is drained",
        ],
        Of(new() { Priority = 1 }, new("a", Cpu, null, 2), new("b", Cpu, null, 1), new("c", Gpu, "it is drained", null)));

    [Fact]
    public void A_limit_a_back_off_and_who_gives_way_are_said()
    {
        QueueRow row = Row(new() { MaxParallel = 4 }, notBefore: 90_000);
        Assert.Equal(
            [
                "back-off until 1970-01-01 00:01:30Z", "sweep's maxParallel 4 reached",
                "what runs on a is asked to write a checkpoint and give way to it",
                "1 of 1 matching slots are busy with the same or a lower priority", "7 of higher priority wait, too",
            ],
            WaitReasons.Of(row, new([new("a", Cpu, null, 0)], 4, 7, "a"), now: 1000));
        Assert.Equal(["a slot is about to take it"], WaitReasons.Of(row, new([new("a", Cpu, null, null)], 0, 0), now: 90_000));
        Assert.Equal(["no slot is heard of"], WaitReasons.Of(row, new([], 0, 0), now: 90_000));
    }

    private static IReadOnlyList<string> Of(ScheduleSpec schedule, params SlotSight[] slots) =>
        WaitReasons.Of(Row(schedule), new(slots, 0, 0), 0);

    private static QueueRow Row(ScheduleSpec schedule, long notBefore = 0) =>
        new("s/a", "s", 0, 0, Phase.Queued, 0, null, new(schedule, notBefore));

    private static Dictionary<string, JsonNode> Labels(params (string Name, JsonNode Value)[] labels) =>
        labels.ToDictionary(label => label.Name, label => label.Value);
}
