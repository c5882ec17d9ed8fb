using CsCheck;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class QueueOrderTests
{
    [Fact]
    public void Within_a_sweep_what_was_submitted_first_starts_first()
    {
        QueueOrder queue = Filled(("a", 1, 0), ("a", 1, 1), ("a", 2, 0));
        Assert.Equal(["a/1-0", "a/1-1", "a/2-0"], TakeAll(queue));
    }

    [Fact]
    public void A_sweep_with_fewer_running_goes_first()
    {
        QueueOrder queue = Filled(("a", 1, 0), ("a", 1, 1), ("a", 1, 2), ("b", 2, 0), ("b", 2, 1));
        Assert.Equal(["a/1-0", "b/2-0", "a/1-1", "b/2-1", "a/1-2"], TakeAll(queue));
    }

    [Fact]
    public void What_ends_makes_room_for_its_sweep()
    {
        QueueOrder queue = Filled(("a", 1, 0), ("a", 1, 1), ("b", 2, 0), ("b", 2, 1));
        Assert.Equal("a/1-0", Take(queue)!.ExperimentId);
        Assert.Equal("b/2-0", Take(queue)!.ExperimentId);
        queue.Ended("b");
        Assert.Equal("b/2-1", Take(queue)!.ExperimentId);
    }

    [Fact]
    public void What_is_added_twice_is_taken_once_and_what_is_removed_never()
    {
        QueueOrder queue = Filled(("a", 1, 0), ("a", 1, 0), ("a", 1, 1));
        queue.Remove("a/1-1");
        Assert.Equal(["a/1-0"], TakeAll(queue));
    }

    // The rule in one sentence, against the structure that keeps it in logarithmic time.
    [Fact]
    public void The_order_is_that_of_the_rule_whatever_happens_in_between() => Commands.Sample(commands =>
    {
        QueueOrder queue = new();
        List<QueueRow> waiting = [];
        Dictionary<string, int> running = [];
        foreach ((int kind, int sweep, int at, int index) in commands)
        {
            string name = $"s{sweep}";
            switch (kind)
            {
                case 0:
                    QueueRow row = Row(name, at, index);
                    queue.Add(row);
                    if (waiting.TrueForAll(other => other.ExperimentId != row.ExperimentId))
                    {
                        waiting.Add(row);
                    }

                    break;
                case 1:
                    QueueRow? expected = waiting.OrderBy(one => running.GetValueOrDefault(one.Sweep)).ThenBy(one => one.QueuedAt)
                        .ThenBy(one => one.Index).ThenBy(one => one.ExperimentId, StringComparer.Ordinal).FirstOrDefault();
                    Assert.Equal(expected, Take(queue));
                    if (expected is not null)
                    {
                        waiting.Remove(expected);
                        running[expected.Sweep] = running.GetValueOrDefault(expected.Sweep) + 1;
                    }

                    break;
                default:
                    queue.Ended(name);
                    running[name] = Math.Max(0, running.GetValueOrDefault(name) - 1);
                    break;
            }

            Assert.Equal(waiting.Count, queue.Count);
        }
    });

    private static Gen<(int Kind, int Sweep, int At, int Index)[]> Commands =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 3]).Array[0, 60];

    private static QueueRow? Take(QueueOrder queue) => queue.Take([new("any", new Dictionary<string, string>())])?.Row;

    private static QueueOrder Filled(params (string Sweep, int At, int Index)[] rows)
    {
        QueueOrder queue = new();
        foreach ((string sweep, int at, int index) in rows)
        {
            queue.Add(Row(sweep, at, index));
        }

        return queue;
    }

    private static QueueRow Row(string sweep, int at, int index) => new($"{sweep}/{at}-{index}", sweep, at, index, Phase.Queued, 0, null);

    private static List<string> TakeAll(QueueOrder queue)
    {
        List<string> taken = [];
        while (Take(queue) is { } row)
        {
            taken.Add(row.ExperimentId);
        }

        return taken;
    }
}
