using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf storage audit: whether rows and checkpoints agree. Ends with 0 only where they do.</summary>
internal static class StorageVerb
{
    public static Command Make() => new("storage", "Looks after checkpoints.") { Audit() };

    private static Command Audit()
    {
        Option<bool> delete = Flag.Optional<bool>("--delete-orphans", "Drop checkpoints that nothing refers to.");
        Option<TimeSpan?> olderThan = Flag.Optional<TimeSpan?>("--older-than",
            "What nothing refers to is in flight until it is so old: days, or hours:minutes. The server's bound where nothing is given.");
        ServerFlags flags = new();
        Command command = new("audit", "Compares what rows say of checkpoints with what is in the store.") { delete, olderThan };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            StorageAuditRequest request = new() { DeleteOrphans = parsed.GetValue(delete), OlderThan = parsed.GetValue(olderThan) };
            StorageAuditView audit = await flags.Connect(parsed).AuditStorageAsync(request, stop);
            if (flags.IsJson(parsed))
            {
                Show.Json(audit);
            }
            else
            {
                Print(audit);
            }

            return audit.IsClean ? 0 : 1;
        });
        return command;
    }

    private static void Print(StorageAuditView audit)
    {
        Show.Table(["", "checkpoints", "bytes"],
        [
            Line("by the rows", audit.Rows),
            Line("in the store", audit.Store),
            Line("referred to", audit.Referred),
            Line("in flight", audit.InFlight),
            Line("orphaned", audit.Orphaned),
            Line("of these dropped", audit.Deleted),
            Line("missing", audit.Missing),
            Line("of another length", audit.Damaged),
        ]);
        Names("orphaned", audit.OrphanedNames);
        Names("missing", audit.MissingNames);
        Names("of another length", audit.DamagedNames);
        Console.Out.WriteLine($"difference: {audit.Difference} bytes; rows and store {(audit.IsClean ? "agree" : "differ")}");
    }

    private static string[] Line(string kind, BlobTally tally) => [kind, $"{tally.Count}", $"{tally.Bytes}"];

    private static void Names(string kind, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            Console.Out.WriteLine($"{kind}: {name}");
        }
    }
}
