using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Trainer;

namespace ViSurf.Grains;

/// <summary>Ties an attempt to its slot, its experiment and the checkpoint store.</summary>
internal sealed class AttemptControl(
    RunningAttempt running, ExperimentCalls experiment, ICheckpointStore checkpoints, StepBatches batches) : IAttemptControl
{
    private static readonly string[] Watched = ["reward/mean", "train/loss", "time/tokensPerSecond"];
    private readonly Attempt attempt = running.Attempt;
    private int saved = running.Attempt.Last?.Step ?? 0;

    public CancellationToken Stop => running.Stopped;

    public void Stepped(StepRecord record, int steps)
    {
        batches.Add(new(record.Step, JsonSerializer.Serialize(record, SpecJson.Options)));
        running.Progress = new(attempt.Stage.Name, record.Step, steps,
            record.Metrics.Where(metric => Watched.Contains(metric.Key)).ToDictionary(), Volatile.Read(ref saved));
    }

    public Checkpoint Commit(int step, Action<Stream> write, StepRows steps)
    {
        Checkpoint checkpoint = checkpoints.Save(attempt.Stage.Key, attempt.Lease, step, write);
        experiment.Commit(checkpoint, new([.. batches.Take(step).Rows, .. steps.Rows]));
        Volatile.Write(ref saved, step); // from the thread that writes checkpoints
        return checkpoint;
    }

    public Attempt Lose(Checkpoint lost, string reason) => experiment.Lose(lost, reason)
        ?? throw new OperationCanceledException($"{lost.Blob} is lost: the stage before is trained again from its last whole checkpoint");
}
