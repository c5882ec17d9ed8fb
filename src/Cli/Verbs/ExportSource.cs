using System.CommandLine;
using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Data;
using ViSurf.Training.Model;
using ViSurf.Training.Weights;

namespace ViSurf.Cli.Verbs;

/// <summary>What is exported.</summary>
/// <param name="Weights">A safetensors file, or the index of several.</param>
/// <param name="Folder">The model that the weights were trained from: configuration, tokenizer, types and shards.</param>
/// <param name="Spec">The experiment that trained adapters in the weights' place; null where the weights are whole.</param>
internal sealed record ExportSource(string Weights, string Folder, ExperimentSpec? Spec = null)
{
    private const string ManifestFile = "manifest.json";

    /// <summary>Finds a checkpoint by its place, or by the experiment that trained it.</summary>
    /// <exception cref="Fault">NotFound: there is nothing of the kind. FileDamaged: its bytes are not what was written.</exception>
    public static Task<ExportSource> FindAsync(string asked, ServerFlags flags, ParseResult parsed, CancellationToken stop)
    {
        string found = Assets.Find(asked);
        return File.Exists(found) ? Task.FromResult(OfFile(found))
            : Directory.Exists(found) ? Task.FromResult(OfFolder(found))
            : asked.Contains('/') ? OfExperimentAsync(asked, flags, parsed, stop)
            : throw new Fault(FaultCode.NotFound, "--checkpoint", $"'{asked}' is no file, no folder and no experiment's id (sweep/spec)");
    }

    // One file as a state folder keeps it: weights, optimiser and manifest together.
    private static ExportSource OfFile(string file) => Of(file, CheckpointFile.Read(file).Manifest, file);

    private static ExportSource Of(string weights, CheckpointManifest manifest, string path) =>
        new(weights, Base(manifest, path), LoraFolder.Holds(weights) ? manifest.Spec : null);

    private static ExportSource OfFolder(string folder)
    {
        string manifest = Path.Combine(folder, ManifestFile);
        if (File.Exists(manifest))
        {
            return Of(WeightFiles.Find(folder), Read(manifest), manifest);
        }

        // What train left knows in its state which model it began with.
        string stages = Path.Combine(folder, ".visurf", "stages");
        string? kept = Directory.Exists(stages)
            ? Directory.EnumerateFiles(stages, ManifestFile, SearchOption.AllDirectories)
                .OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault()
            : null;
        return new(WeightFiles.Find(folder), kept is not null && Directory.Exists(ModelOf(Read(kept))) ? ModelOf(Read(kept)) : folder);
    }

    private static async Task<ExportSource> OfExperimentAsync(string id, ServerFlags flags, ParseResult parsed, CancellationToken stop)
    {
        ViSurfClient client = flags.Connect(parsed);
        ExperimentView experiment = await client.GetExperimentAsync(id, stop);
        Dictionary<string, StageView> stages = (await client.ListStagesAsync(experiment.Sweep, stop).ToListAsync(stop))
            .ToDictionary(stage => stage.Key);
        StagePlan? last = experiment.Stages.LastOrDefault(plan => plan.Name != "evaluate");
        Fault.Unless(last is null || stages.GetValueOrDefault(last.Key)?.State != StageState.Expired, FaultCode.NotFound, id,
            "gave up its checkpoint, as its sweep's retention has it");
        StageView? trained = experiment.Stages.Reverse().Select(plan => stages.GetValueOrDefault(plan.Key))
            .FirstOrDefault(stage => stage?.Checkpoint is not null);
        Fault.Unless(trained?.Checkpoint is not null, FaultCode.NotFound, id, "has no checkpoint yet");
        CheckpointView checkpoint = trained.Checkpoint;
        string file = Path.Combine([flags.StateFolder(parsed), "checkpoints", .. checkpoint.Blob.Split('/')]);
        Fault.Unless(File.Exists(file), FaultCode.NotFound, file,
            "does not exist; allowed with --checkpoint sweep/spec: the --state folder of a server on this machine");
        Fault.Unless(FileHash.Of(file) == checkpoint.Sha256, FaultCode.FileDamaged, file, "is not what was written (SHA-256 differs)");
        return OfFile(file);
    }

    private static CheckpointManifest Read(string path) => DurableFile.ReadJson<CheckpointManifest>(path)
        ?? throw new Fault(FaultCode.NotFound, path, "does not exist");

    private static string ModelOf(CheckpointManifest manifest) => Assets.Find(manifest.Spec.Model.Path);

    private static string Base(CheckpointManifest manifest, string path)
    {
        string folder = ModelOf(manifest);
        Fault.Unless(Directory.Exists(folder), FaultCode.NotFound, folder,
            $"is no folder; {path} was trained from it, and its tokenizer and configuration are needed");
        return folder;
    }
}
