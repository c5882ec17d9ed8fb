using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Bench.Training;

/// <summary>What checkpoints cost the thread that trains.</summary>
/// <param name="StalledSeconds">From the end of a step to the moment at which its checkpoint is written beside the next.</param>
internal sealed record StalledStage(int Steps, int Checkpoints, double TrainedSeconds, double StalledSeconds)
{
    public double Share => StalledSeconds / TrainedSeconds;
}

/// <summary>What was measured, by stage.</summary>
internal sealed record CheckpointReport(IReadOnlyDictionary<string, StalledStage> Stages) : IReport
{
    public string Json() => JsonSerializer.Serialize(this, SpecJson.Options);

    public string Text() => string.Join('\n', Stages.Select(one =>
        $"{one.Key}: {one.Value.Steps} steps in {one.Value.TrainedSeconds:0.0} s, {one.Value.Checkpoints} checkpoints on disk; the thread "
        + $"stood still for {one.Value.StalledSeconds * 1000:0} ms = {one.Value.Share:P2}"));
}

/// <summary>Stages of the demo's settings, checkpoint for checkpoint onto a disk.</summary>
internal sealed class CheckpointBench(TimeProvider clock)
{
    public CheckpointReport Run(bool isTiny) => new(new[] { "sft", "visurf" }.ToDictionary(method => method, method =>
    {
        string folder = Directory.CreateTempSubdirectory("visurf-bench-").FullName;
        try
        {
            ExperimentPlan plan = new(Spec(method, isTiny), new Atlas(Assets.Objects));
            WatchedStage stage = new(clock, folder);
            long started = clock.GetTimestamp();
            StageResult result = new StageRun(plan.Work(0, null), stage).Run(CancellationToken.None);
            return new StalledStage(result.Steps, stage.Saved, clock.GetElapsedTime(started).TotalSeconds, stage.Stalled.TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }));

    private static ExperimentSpec Spec(string method, bool isTiny) => new ExperimentSpec()
    {
        Name = "bench",
        Model = new() { Path = "models/tiny-base" },
        Data = new() { Benchmark = "mini-mix", Labels = 2048 },
        Method = new() { Name = method },
        Sft = new() { Prompts = isTiny ? 128 : 2048 },
        Rl = new() { Prompts = isTiny ? 64 : 1024 },
    }.Checked();

    // A checkpoint is written on another thread: that it has begun there is the moment at which the training goes on.
    private sealed class WatchedStage(TimeProvider clock, string folder) : IStageStore
    {
        private long stepped;
        private long stalled;

        public int Saved { get; private set; }

        public TimeSpan Stalled => clock.GetElapsedTime(0, Interlocked.Read(ref stalled));

        public StoredCheckpoint? Restore() => null;

        public void Stepped(StepRecord record) => Interlocked.Exchange(ref stepped, clock.GetTimestamp());

        public void Save(CheckpointManifest manifest, IReadOnlyList<TensorBytes> weights, IReadOnlyList<TensorBytes> optimiser)
        {
            Interlocked.Add(ref stalled, clock.GetTimestamp() - Interlocked.Read(ref stepped));
            Saved++;
            using FileStream file = File.Create(Path.Combine(folder, $"s{manifest.Step}"));
            CheckpointFile.Write(file, manifest, weights, optimiser);
            file.Flush(flushToDisk: true);
        }

        public void Finish(Policy policy, StageResult result)
        {
            // The last checkpoint is the model.
        }
    }
}
