using ViSurf.Training.Trainer;

namespace ViSurf.Grains;

/// <summary>Does a stage on the calling thread, which is the slot's own.</summary>
public interface ITrainer
{
    /// <summary>Works to the stage's end.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    /// <exception cref="Sdk.Fault">LeaseLost; or what went wrong.</exception>
    StageEnding Run(Attempt attempt, IAttemptControl control);
}

/// <summary>What an attempt tells and hears while it runs. Calls may block the slot's thread.</summary>
public interface IAttemptControl
{
    /// <summary>Ends where the attempt should.</summary>
    CancellationToken Stop { get; }

    /// <summary>A step is done. It is stored within seconds, or with the next checkpoint; nobody waits for that.</summary>
    void Stepped(StepRecord record, int steps);

    /// <summary>Stores a checkpoint, and makes it the one to go on from. What was said of the steps up to it is stored with it.</summary>
    /// <param name="steps">Steps up to it of which nothing was said when they were done.</param>
    Checkpoint Commit(int step, Action<Stream> write, StepRows steps);

    /// <summary>A checkpoint that the attempt was given cannot be read.</summary>
    /// <returns>The attempt to go on with.</returns>
    /// <exception cref="OperationCanceledException">A stage before must first be trained again.</exception>
    Attempt Lose(Checkpoint lost, string reason);
}
