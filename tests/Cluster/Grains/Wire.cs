using ViSurf.Grains;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>A call to a grain, as it arrives.</summary>
/// <param name="Grain">The grain's key.</param>
internal sealed record Call(string Method, string Grain, DateTimeOffset At);

/// <summary>What lies between grains: sees every call, and loses or holds what a test says.</summary>
internal sealed class Wire(TimeProvider clock) : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    private readonly object gate = new();
    private readonly List<Call> calls = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int underWay;

    /// <summary>How many calls wait for their answer, those that are held aside.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>Calls that never arrive.</summary>
    public Predicate<Call> Loses { get; set; } = _ => false;

    /// <summary>Calls that do their work, and whose answers never arrive.</summary>
    public Predicate<Call> LosesAnswer { get; set; } = _ => false;

    /// <summary>Calls that arrive later.</summary>
    public Func<Call, Task> Holds { get; set; } = _ => Task.CompletedTask;

    /// <summary>Slots of which the scheduler does not hear.</summary>
    public string[] Silent { get; set; } = [];

    /// <summary>Every call so far, lost ones included.</summary>
    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>Ends when a call has arrived and been done, has been answered, or is held.</summary>
    public Task Changed => Volatile.Read(ref changed).Task;

    /// <summary>Ends when the node's slots have reported, heard or not.</summary>
    public Task Heard => Volatile.Read(ref heard).Task;

    /// <summary>Loses and holds nothing any longer.</summary>
    public void Mend() => (Loses, LosesAnswer, Holds, Silent) = (_ => false, _ => false, _ => Task.CompletedTask, []);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Call call = new(context.MethodName, context.TargetId.Key.ToString()!, clock.GetUtcNow());
        lock (gate)
        {
            calls.Add(call);
        }

        try
        {
            await HoldAsync(Holds(call));
            await PassOnAsync(context, call);
        }
        finally
        {
            Signal(ref changed);
            if (call is { Method: nameof(ISchedulerGrain.HeartbeatAsync), Grain: Pools.Default })
            {
                Signal(ref heard);
            }
        }
    }

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.Request.GetInterfaceType().Namespace != typeof(Lease).Namespace)
        {
            await context.Invoke();
            return;
        }

        Interlocked.Increment(ref underWay);
        try
        {
            await context.Invoke();
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
            Signal(ref changed);
        }
    }

    private async Task HoldAsync(Task held)
    {
        if (!held.IsCompleted)
        {
            Interlocked.Decrement(ref underWay);
            Signal(ref changed);
            await held;
            Interlocked.Increment(ref underWay);
        }
    }

    private async Task PassOnAsync(IIncomingGrainCallContext context, Call call)
    {
        if (Loses(call))
        {
            throw new TimeoutException($"{call} was lost");
        }

        if (call.Method == nameof(ISchedulerGrain.HeartbeatAsync))
        {
            IReadOnlyList<SlotReport> reports = (IReadOnlyList<SlotReport>)context.Request.GetArgument(0)!;
            context.Request.SetArgument(0, reports.Where(report => !Silent.Contains(report.SlotId)).ToArray());
        }

        await context.Invoke();
        if (LosesAnswer(call))
        {
            throw new TimeoutException($"the answer to {call} was lost");
        }
    }

    private static void Signal(ref TaskCompletionSource signal) =>
        Interlocked.Exchange(ref signal, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
