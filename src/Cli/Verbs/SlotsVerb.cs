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
                Show.Table(["slot", "experiment", "attempt", "stage", "step"], slots.Select(slot => (string[])
                    [slot.IsDraining ? $"{slot.Id} (draining)" : slot.Id, slot.Experiment ?? "idle",
                        slot.Experiment is null ? "" : $"{slot.Attempt}", slot.Stage ?? "",
                        slot.Stage is null ? "" : $"{slot.Step}/{slot.Steps}"]));
            }

            return 0;
        });
        return command;
    }
}
