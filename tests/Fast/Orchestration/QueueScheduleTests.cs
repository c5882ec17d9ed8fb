using System.Text.Json.Nodes;
using CsCheck;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

/// <summary>Priorities, labels and limits: which row goes where.</summary>
public class QueueScheduleTests
{
    private static readonly SlotOffer Cpu = Slot("a|cpu:0", ("device", "cpu"));
    private static readonly SlotOffer Small = Slot("b|cuda:0", ("device", "cuda"), ("memory", "24"));
    private static readonly SlotOffer Large = Slot("c|cuda:0", ("device", "cuda"), ("memory", "80"), ("gpu", "h100"));

    [Fact]
    public void The_higher_priority_goes_first_whatever_its_sweep_has_running()
    {
        QueueOrder queue = new();
        queue.Add(Row("low", 1, new()));
        queue.Add(Row("high", 2, new() { Priority = 1 }));
        queue.Started("high");
        Assert.Equal("high/2", queue.Take([Cpu])!.Value.Row.ExperimentId);
    }

    [Fact]
    public void A_row_takes_only_a_slot_that_has_what_it_requires_and_others_go_on_meanwhile()
    {
        QueueOrder queue = new();
        queue.Add(Row("gpu", 1, new() { Require = Labels(("gpu", "h100"), ("memory", 80)) }));
        queue.Add(Row("any", 2, new()));
        Assert.Equal(("any/2", Cpu.SlotId), Taken(queue, Cpu, Small));
        Assert.Null(queue.Take([Cpu, Small]));
        Assert.Equal(("gpu/1", Large.SlotId), Taken(queue, Cpu, Small, Large));
    }

    [Fact]
    public void A_number_is_the_least_that_will_do()
    {
        QueueOrder queue = new();
        queue.Add(Row("a", 1, new() { Require = Labels(("memory", 16)) }));
        queue.Add(Row("a", 2, new() { Require = Labels(("memory", 25)) }));
        Assert.Equal(("a/1", Small.SlotId), Taken(queue, Cpu, Small, Large));
        Assert.Null(queue.Take([Cpu, Small]));
    }

    [Fact]
    public void Where_nothing_is_asked_for_the_plainest_slot_is_taken_and_what_is_preferred_where_there_is_a_choice()
    {
        QueueOrder queue = new();
        queue.Add(Row("a", 1, new()));
        queue.Add(Row("b", 2, new() { Prefer = Labels(("gpu", "h100")) }));
        Assert.Equal(("b/2", Large.SlotId), Taken(queue, Large, Small, Cpu));
        Assert.Equal(("a/1", Cpu.SlotId), Taken(queue, Small, Cpu));
    }

    [Fact]
    public void What_was_submitted_first_is_passed_over_for_preferences_eight_times_at_most()
    {
        QueueOrder queue = new();
        queue.Add(Row("plain", 0, new()));
        List<string> order = [];
        for (int place = 1; place <= 12; place++)
        {
            queue.Add(Row("fond", place, new() { Prefer = Labels(("gpu", "h100")) }));
            (string id, string _) = Taken(queue, Large)!.Value;
            queue.Ended(id.Split('/')[0]);
            order.Add(id);
        }

        Assert.Equal(8, order.IndexOf("plain/0"));
    }

    [Fact]
    public void A_sweep_at_its_limit_waits_and_leaves_the_slot_to_others()
    {
        QueueOrder queue = new();
        queue.Add(Row("a", 1, new() { MaxParallel = 1, Priority = 9 }));
        queue.Add(Row("a", 2, new() { MaxParallel = 1, Priority = 9 }));
        queue.Add(Row("b", 3, new()));
        Assert.Equal("a/1", queue.Take([Cpu])!.Value.Row.ExperimentId);
        Assert.Equal("b/3", queue.Take([Cpu])!.Value.Row.ExperimentId);
        Assert.Null(queue.Take([Cpu]));
        queue.Ended("a");
        Assert.Equal("a/2", queue.Take([Cpu])!.Value.Row.ExperimentId);
    }

    [Fact]
    public void A_row_that_is_added_with_another_schedule_is_scheduled_by_it()
    {
        QueueOrder queue = new();
        queue.Add(Row("a", 1, new()));
        queue.Add(Row("b", 2, new()));
        queue.Add(Row("b", 2, new() { Priority = 1 }));
        Assert.Equal(2, queue.Count);
        Assert.Equal("b/2", queue.Take([Cpu])!.Value.Row.ExperimentId);
    }

    // Any rows, slots, ends: no idle slot that matches while a row waits, no limit passed, highest priority first, twice the same.
    [Fact]
    public void No_slot_idles_beside_a_row_that_it_matches_no_limit_is_passed_and_no_higher_priority_waits_for_a_lower() =>
        Rows.Sample(rows =>
        {
            List<string> once = Run(rows);
            Assert.Equal(once, Run(rows));
            Assert.Equal(rows.DistinctBy(row => row.ExperimentId).Where(Fits).Select(row => row.ExperimentId).Order(), once.Order());
        });

    // Runs all rows on three slots that each end the oldest work when none can start; returns the order of the starts.
    private static List<string> Run(IReadOnlyList<QueueRow> rows)
    {
        QueueOrder queue = new();
        List<QueueRow> waiting = [.. rows.DistinctBy(row => row.ExperimentId)];
        waiting.ForEach(queue.Add);
        List<(QueueRow Row, SlotOffer Slot)> running = [];
        List<string> started = [];
        while (true)
        {
            SlotOffer[] idle = [.. new[] { Cpu, Small, Large }.Except(running.Select(one => one.Slot))];
            if (queue.Take(idle) is var (row, slotId))
            {
                SlotOffer slot = idle.Single(one => one.SlotId == slotId);
                Assert.True(SlotWish.Of(row.Terms!.Schedule).IsMetBy(slot.Labels));
                Assert.DoesNotContain(waiting, other => other.Terms!.Schedule.Priority > row.Terms.Schedule.Priority
                    && HasRoom(other, running) && idle.Any(one => SlotWish.Of(other.Terms.Schedule).IsMetBy(one.Labels)));
                Assert.True(HasRoom(row, running));
                waiting.Remove(row);
                running.Add((row, slot));
                started.Add(row.ExperimentId);
                continue;
            }

            Assert.DoesNotContain(waiting, row => HasRoom(row, running)
                && idle.Any(slot => SlotWish.Of(row.Terms!.Schedule).IsMetBy(slot.Labels)));
            if (running.Count == 0)
            {
                return started;
            }

            queue.Ended(running[0].Row.Sweep);
            running.RemoveAt(0);
        }
    }

    private static bool HasRoom(QueueRow row, List<(QueueRow Row, SlotOffer Slot)> running) =>
        running.Count(one => one.Row.Sweep == row.Sweep) < (row.Terms!.Schedule.MaxParallel ?? int.MaxValue);

    [Fact]
    public void A_label_may_be_any_text_and_is_taken_for_no_other_ones()
    {
        QueueOrder queue = new();
        queue.Add(Row("a", 1, new() { Require = Labels(("x", "1|y=2")) }));
        queue.Add(Row("a", 2, new() { Require = Labels(("x", "1"), ("y", "2")) }));
        Assert.Equal(("a/2", "d|cpu:0"), Taken(queue, Slot("d|cpu:0", ("x", "1"), ("y", "2"))));
    }

    private static bool Fits(QueueRow row) =>
        new[] { Cpu, Small, Large }.Any(slot => SlotWish.Of(row.Terms!.Schedule).IsMetBy(slot.Labels));

    private static Gen<QueueRow[]> Rows => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 4], Gen.Int[0, 2],
        (sweep, at, priority, require, prefer) => Row($"s{sweep}", at, new()
        {
            Priority = priority,
            MaxParallel = sweep == 0 ? null : sweep,
            Require = require switch
            {
                0 => Labels(("device", "cuda")),
                1 => Labels(("memory", 40)),
                2 => Labels(("gpu", "none")),
                _ => Labels(),
            },
            Prefer = prefer == 0 ? Labels(("gpu", "h100")) : Labels(),
        })).Array[0, 20];

    private static (string Id, string SlotId)? Taken(QueueOrder queue, params SlotOffer[] idle) =>
        queue.Take(idle) is var (row, slot) ? (row.ExperimentId, slot) : null;

    private static QueueRow Row(string sweep, int at, ScheduleSpec schedule) =>
        new($"{sweep}/{at}", sweep, at, 0, Phase.Queued, 0, null, new(schedule));

    private static SlotOffer Slot(string id, params (string Name, string Value)[] labels) =>
        new(id, labels.ToDictionary(label => label.Name, label => label.Value));

    private static Dictionary<string, JsonNode> Labels(params (string Name, JsonNode Value)[] labels) =>
        labels.ToDictionary(label => label.Name, label => label.Value);
}
