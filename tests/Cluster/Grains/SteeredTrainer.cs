using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Answers;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>A trainer whose attempts do nothing until a test tells them to.</summary>
internal sealed class SteeredTrainer : ITrainer
{
    private readonly Channel<SteeredAttempt> begun = Channel.CreateUnbounded<SteeredAttempt>();
    private int count;

    /// <summary>How many attempts have begun.</summary>
    public int Begun => Volatile.Read(ref count);

    /// <summary>The next attempt that begins, in the order of their beginnings.</summary>
    public async Task<SteeredAttempt> NextAsync() => await begun.Reader.ReadAsync().AsTask().WaitAsync(SiloUnderTest.Patience);

    public StageEnding Run(Attempt attempt, IAttemptControl control)
    {
        SteeredAttempt steered = new(attempt, control);
        Interlocked.Increment(ref count);
        begun.Writer.TryWrite(steered);
        return steered.Work();
    }
}

/// <summary>An attempt in a test's hands. What it does, it does on its slot's thread.</summary>
internal sealed class SteeredAttempt(Attempt attempt, IAttemptControl control)
{
    private readonly BlockingCollection<Action> orders = [];

    public Attempt Attempt => attempt;

    public Lease Lease => attempt.Lease;

    public string Experiment => attempt.Lease.ExperimentId;

    /// <summary>What it leaves where it ends well.</summary>
    public StageEnding Ending { get; private set; } = attempt.Stage.Name == StagePlanner.Evaluate
        ? new(null, null, StepRows.None, MeasurementBytes.Write([]))
        : new(null, new(attempt.Stage.Key, attempt.Stage.Steps, AnswerStyle.Spaced, new()), StepRows.None, null);

    /// <summary>Works as it is told, until it is told to end or asked to stop.</summary>
    public StageEnding Work()
    {
        foreach (Action order in orders.GetConsumingEnumerable(control.Stop))
        {
            order();
        }

        return Ending;
    }

    /// <summary>Stores a checkpoint. One that is refused ends the attempt, as it ends a real one.</summary>
    public Task<Checkpoint> CommitAsync(int step)
    {
        TaskCompletionSource<Checkpoint> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        orders.Add(() =>
        {
            try
            {
                StepRows rows = new([new(step, $$"""{"step":{{step}},"metrics":{},"digest":"{{attempt.Lease.Fence}}"}""")]);
                Checkpoint saved = control.Commit(step, file => file.Write(Encoding.ASCII.GetBytes($"weights {step}")), rows);
                Ending = Ending with { Model = saved };
                done.SetResult(saved);
            }
            catch (Exception e)
            {
                done.SetException(e);
                throw;
            }
        });
        return done.Task.WaitAsync(SiloUnderTest.Patience);
    }

    /// <summary>Ends by a fault.</summary>
    public void Fail(FaultCode code, string reason) => orders.Add(() => throw new Fault(code, Experiment, reason));

    /// <summary>Says how far it is.</summary>
    /// <returns>Once it is said.</returns>
    public Task StepAsync(int step)
    {
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        orders.Add(() =>
        {
            control.Stepped(new(step, $"{attempt.Lease.Fence}", new()), attempt.Stage.Steps);
            said.SetResult();
        });
        return said.Task.WaitAsync(SiloUnderTest.Patience);
    }

    /// <summary>Ends well.</summary>
    public void End() => orders.CompleteAdding();
}
