namespace ViSurf.Storage;

/// <summary>A change that waits for its transaction.</summary>
/// <param name="calls">Its statements in their order, made ready before the writer's turn.</param>
internal abstract class PendingWrite(IReadOnlyList<Call> calls)
{
    public IReadOnlyList<Call> Calls { get; } = calls;

    /// <summary>Whether there are events in it.</summary>
    public virtual bool HasEvents => false;

    /// <summary>The first condition that did not hold, as its place among the calls: nothing is written. Null where all did.</summary>
    public int? Refused { get; set; }

    /// <summary>Tells who waits that the transaction is on disk.</summary>
    public abstract void Settle();

    /// <summary>Tells who waits that it went wrong.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>A change and what it comes to.</summary>
internal abstract class PendingWrite<T>(IReadOnlyList<Call> calls) : PendingWrite(calls)
{
    // Whoever waits must not go on inside of the writer's thread.
    private readonly TaskCompletionSource<T> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Outcome => outcome.Task;

    protected abstract T Came { get; }

    public override void Settle() => outcome.TrySetResult(Came);

    public override void Fail(Exception error) => outcome.TrySetException(error);
}
