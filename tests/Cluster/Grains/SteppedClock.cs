using Microsoft.Extensions.Time.Testing;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>A clock that passes when a test says so, and knows when what it woke has been done.</summary>
/// <remarks>
/// A timer that rings once has been answered when its owner sets it anew or drops it: a grain's timer does so after its turn.
/// </remarks>
internal sealed class SteppedClock : FakeTimeProvider
{
    private readonly object gate = new();
    private readonly HashSet<OwnedTimer> rung = [];
    private TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        OwnedTimer timer = new(this, callback, state);
        timer.Inner = base.CreateTimer(timer.Ring, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Time passes.</summary>
    /// <returns>Once every timer that rang has been answered.</returns>
    public async Task PassAsync(TimeSpan time)
    {
        Advance(time);
        Task answered;
        lock (gate)
        {
            answered = rung.Count == 0 ? Task.CompletedTask : settled.Task;
        }

        await answered.WaitAsync(SiloUnderTest.Patience);
    }

    private void Rang(OwnedTimer timer)
    {
        lock (gate)
        {
            rung.Add(timer);
        }
    }

    private void Answered(OwnedTimer timer)
    {
        lock (gate)
        {
            if (rung.Remove(timer) && rung.Count == 0)
            {
                settled.SetResult();
                settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private sealed class OwnedTimer(SteppedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private volatile int rings;
        private bool isPeriodic;

        public ITimer Inner { get; set; } = null!;

        public void Ring(object? _)
        {
            Interlocked.Increment(ref rings);
            if (!isPeriodic)
            {
                clock.Rang(this);
            }

            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int before = rings;
            isPeriodic = period > TimeSpan.Zero;
            bool isSet = Inner.Change(dueTime, period);
            if (rings == before) // a timer that is due at once rings in there
            {
                clock.Answered(this);
            }

            return isSet;
        }

        public void Dispose()
        {
            Inner.Dispose();
            clock.Answered(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
