namespace ViSurf.Storage;

/// <summary>A change that waits for its transaction.</summary>
internal abstract class PendingWrite
{
    /// <summary>Whether there are events in it.</summary>
    public virtual bool HasEvents => false;

    /// <summary>Makes the change.</summary>
    /// <returns>False where it is refused: what it did so far is undone.</returns>
    public abstract bool Apply(WriteStatements statements);

    /// <summary>Tells who waits that the transaction is on disk.</summary>
    public abstract void Settle();

    /// <summary>Tells who waits that it went wrong.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>A change and what it comes to.</summary>
internal abstract class PendingWrite<T> : PendingWrite
{
    // Whoever waits must not go on inside of the writer's thread.
    private readonly TaskCompletionSource<T> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Outcome => outcome.Task;

    protected abstract T Came { get; }

    public override void Settle() => outcome.TrySetResult(Came);

    public override void Fail(Exception error) => outcome.TrySetException(error);
}
