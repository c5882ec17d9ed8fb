using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf drain: closes a slot or a node's slots, or opens them.</summary>
internal static class DrainVerb
{
    public static Command Make()
    {
        Argument<string> name = new("name") { Description = "A slot, as visurf slots shows it, or a node." };
        Option<bool> undo = Flag.Optional<bool>("--undo", "Take work again.");
        Option<string> reason = Flag.Optional("--reason", "Why; shown with the slot.", "somebody asked for it");
        ServerFlags flags = new();
        Command command = new("drain", "Closes a slot or a node: what runs there writes a checkpoint and goes elsewhere.")
        {
            name, undo, reason,
        };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            ViSurfClient client = flags.Connect(parsed);
            string asked = parsed.GetRequiredValue(name);
            Page<SlotView> slots = parsed.GetValue(undo)
                ? await client.UndrainAsync(asked, stop)
                : await client.DrainAsync(asked, parsed.GetValue(reason)!, stop);
            if (flags.IsJson(parsed))
            {
                Show.Json(slots.Items);
            }
            else
            {
                SlotsVerb.Print(slots.Items);
            }

            return 0;
        });
        return command;
    }
}
