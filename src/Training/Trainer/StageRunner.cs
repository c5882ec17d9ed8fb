using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Trainer;

/// <summary>Runs a stage whose checkpoints, metrics and trained model are kept in a folder of its own.</summary>
public sealed class StageRunner(StageWork work, string folder, Action<StepRecord> progress, Action<Fault> warn)
{
    private const string ResultFile = "stage.json";

    /// <summary>The folder of the trained model.</summary>
    public static string ModelOf(string stageFolder) => Path.Combine(stageFolder, "model");

    /// <summary>The file that the stage after this one starts from: the adapters where some were trained, else the weights.</summary>
    public static string StartOf(string stageFolder, ModelSpec model) => model.Lora is null
        ? Path.Combine(ModelOf(stageFolder), WeightFiles.SingleFile)
        : LoraFolder.WeightsOf(AdapterOf(stageFolder));

    /// <summary>The last whole checkpoint of a stage that has ended.</summary>
    /// <exception cref="Fault">NotFound or FileDamaged: there is none.</exception>
    public static StoredCheckpoint CheckpointOf(string stageFolder, Action<Fault> warn) =>
        Checkpoints(stageFolder).Latest(warn) ?? throw new Fault(FaultCode.NotFound, stageFolder, "holds no checkpoint");

    /// <summary>The log of a stage's steps.</summary>
    public static string MetricsOf(string stageFolder) => Path.Combine(stageFolder, "metrics.jsonl");

    /// <summary>The result of a stage that has ended; null where it has not.</summary>
    /// <exception cref="Fault">FileDamaged, naming the file.</exception>
    public static StageResult? ResultOf(string stageFolder) => DurableFile.ReadJson<StageResult>(Path.Combine(stageFolder, ResultFile));

    /// <summary>Trains to the end; a stage that has ended is not trained again.</summary>
    /// <exception cref="Fault">Diverged, naming the step and the last good checkpoint; or a file or label is wrong.</exception>
    /// <exception cref="OperationCanceledException">Stopped: what was done is in a checkpoint.</exception>
    public StageResult Run(CancellationToken stop)
    {
        if (ResultOf(folder) is { } done)
        {
            return done;
        }

        Directory.CreateDirectory(folder);
        using Store store = new(folder, work.ModelFolder, progress, warn);
        return new StageRun(work, store).Run(stop);
    }

    private static CheckpointFolder Checkpoints(string stageFolder) => new(Path.Combine(stageFolder, "checkpoints"));

    private static string AdapterOf(string stageFolder) => Path.Combine(stageFolder, "adapter");

    private sealed class Store(string folder, string modelFolder, Action<StepRecord> progress, Action<Fault> warn)
        : IStageStore, IDisposable
    {
        private readonly CheckpointFolder checkpoints = Checkpoints(folder);
        private MetricsLog? log;

        public StoredCheckpoint? Restore()
        {
            StoredCheckpoint? latest = checkpoints.Latest(warn);
            log = new(MetricsOf(folder), latest?.Manifest.Step ?? 0);
            return latest;
        }

        public void Stepped(StepRecord record)
        {
            log!.Append(record);
            progress(record);
        }

        public void Save(CheckpointManifest manifest, IReadOnlyList<TensorBytes> weights, IReadOnlyList<TensorBytes> optimiser) =>
            checkpoints.Save(manifest, weights, optimiser);

        public void Finish(Policy policy, StageResult result)
        {
            ModelFolder.Save(policy.Model, modelFolder, ModelOf(folder));
            if (policy.Adapters is not null)
            {
                LoraFolder.Save(policy.Adapters, modelFolder, AdapterOf(folder));
            }

            DurableFile.WriteJson(Path.Combine(folder, ResultFile), result);
        }

        public void Dispose() => log?.Dispose();
    }
}
