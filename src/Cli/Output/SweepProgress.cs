using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Cli.Output;

/// <summary>Turns what a server tells of a sweep into lines for people.</summary>
internal sealed class SweepProgress(string sweep, IReadOnlyList<ExperimentView> experiments, ProgressScreen screen, TimeProvider clock)
{
    private readonly Dictionary<string, string> names =
        experiments.ToDictionary(experiment => experiment.Id, experiment => NameOf(experiment.Row, experiment.Seed.ToString()));

    private readonly Dictionary<string, (string Work, StageLine Line)> slots = [];

    /// <summary>Takes one update.</summary>
    public void Took(WatchUpdate update)
    {
        if (update.Event is { } happened)
        {
            Took(happened);
        }

        foreach (SlotView slot in update.Slots ?? [])
        {
            Took(slot);
        }
    }

    private void Took(EventView happened)
    {
        if (happened.Experiment is { } experiment)
        {
            names[experiment] = Subject(happened);
        }

        if (Words(happened) is { } words)
        {
            screen.Say(words);
        }
    }

    private void Took(SlotView slot)
    {
        if (slot.Experiment is not { } experiment || slot.Stage is not { } stage)
        {
            slots.Remove(slot.Id);
            screen.Set(slot.Id, null);
            return;
        }

        string work = $"{experiment} {stage} {slot.Attempt}";
        if (!slots.TryGetValue(slot.Id, out (string Work, StageLine Line) known) || known.Work != work)
        {
            string name = names.GetValueOrDefault(experiment, experiment); // of another sweep
            known = slots[slot.Id] = (work, new($"{name}: {stage}", clock));
            screen.Set(slot.Id, known.Line);
        }

        known.Line.Took(slot.Step, slot.Steps, slot.Metrics);
    }

    private string? Words(EventView happened) => happened.Kind switch
    {
        // The experiment's own end follows.
        EventKinds.StageCompleted when Text(happened, "stage") == StagePlanner.Evaluate => null,
        EventKinds.StageCompleted when happened.Data["isReused"]?.GetValue<bool>() == true =>
            $"{Subject(happened)}: {Text(happened, "stage")} is shared, and done already",
        EventKinds.StageCompleted => $"{Subject(happened)}: {Text(happened, "stage")} is done",
        EventKinds.ExperimentCompleted => $"{Subject(happened)}: done",
        EventKinds.ExperimentFailed => $"{Subject(happened)}: failed ({Text(happened, "kind")}): {Text(happened, "reason")}",
        EventKinds.ExperimentCancelled => $"{Subject(happened)}: cancelled: {Text(happened, "reason")}",
        EventKinds.ExperimentRequeued => $"{Subject(happened)}: waits for a slot again: {Text(happened, "reason")}",
        EventKinds.ExperimentRetried => $"{Subject(happened)}: is run again",
        EventKinds.CheckpointLost => $"warning: {Subject(happened)}: {Text(happened, "blob")}: {Text(happened, "reason")}; "
            + "the one before is used",
        _ => null,
    };

    private string Subject(EventView happened) =>
        happened.Experiment is null ? sweep : NameOf(Text(happened, "row"), Text(happened, "seed"));

    private static string NameOf(string row, string seed) => $"{row} #{seed}";

    private static string Text(EventView happened, string field) => happened.Data[field] is JsonNode value ? value.ToString() : "?";
}
