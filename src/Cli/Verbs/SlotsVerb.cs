using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf slots: the devices, and what each does.</summary>
internal static class SlotsVerb
{
    public static Command Make()
    {
        ServerFlags flags = new();
        Command command = new("slots", "Lists slots and what each does.");
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            List<SlotView> slots = await flags.Connect(parsed).ListSlotsAsync(stop).ToListAsync(stop);
            if (flags.IsJson(parsed))
            {
                Show.Json(slots);
            }
            else
            {
                Print(slots);
            }

            return 0;
        });
        return command;
    }

    public static void Print(IEnumerable<SlotView> slots) =>
        Show.Table(["slot", "labels", "experiment", "attempt", "stage", "step", "takes no work"], slots.Select(slot => (string[])
            [slot.Id, Labels(slot), slot.Experiment ?? "idle", slot.Experiment is null ? "" : $"{slot.Attempt}", slot.Stage ?? "",
                slot.Stage is null ? "" : $"{slot.Step}/{slot.Steps}", slot.IsDraining ? slot.Reason ?? "draining" : ""]));

    // The node stands in the slot's name.
    private static string Labels(SlotView slot) => string.Join(", ", slot.Labels.Where(label => label.Key != "node")
        .OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
