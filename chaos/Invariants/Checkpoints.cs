using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Chaos.Invariants;

/// <summary>What stages left.</summary>
internal static class Checkpoints
{
    public static IEnumerable<string> Damaged(Evidence all) =>
        from stage in all.Stages
        from checkpoint in Named(stage)
        let problem = Problem(all, checkpoint)
        where problem is not null
        select $"{stage.Key} names {checkpoint.Blob}, which {problem}";

    public static IEnumerable<string> MissingSteps(Evidence all) =>
        from stage in all.Stages
        where stage.State == StageState.Done && stage.Last is not null
        let steps = all.Steps[stage.Key].ToList()
        where !steps.SequenceEqual(Enumerable.Range(1, stage.Steps))
        select $"{stage.Key} has {steps.Count} of {stage.Steps} steps; the first that is wrong is "
            + $"{Enumerable.Range(1, stage.Steps).Zip(steps.Append(0)).FirstOrDefault(pair => pair.First != pair.Second).First}";

    public static IEnumerable<string> Orphans(Evidence all)
    {
        HashSet<string> named = [.. all.Stages.SelectMany(Named).Select(checkpoint => checkpoint.Blob)];
        return all.Blobs.Keys.Where(blob => !named.Contains(blob)).Select(blob => $"{blob} has {all.Blobs[blob].Length} bytes");
    }

    private static IEnumerable<Checkpoint> Named(KeptStage stage) => new[] { stage.Last, stage.Previous }.OfType<Checkpoint>();

    private static string? Problem(Evidence all, Checkpoint checkpoint) =>
        !all.Blobs.TryGetValue(checkpoint.Blob, out (long Length, string Sha256) found) ? "is not there"
        : found.Length != checkpoint.Length ? $"has {found.Length} bytes; {checkpoint.Length} were saved"
        : found.Sha256 != checkpoint.Sha256 ? "is not what was saved (SHA-256 differs)"
        : null;
}
