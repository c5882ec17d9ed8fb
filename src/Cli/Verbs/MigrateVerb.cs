using System.CommandLine;
using System.Text.Json.Nodes;
using ViSurf.Cli.Output;
using ViSurf.Storage;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf migrate: brings a database of a cluster to this version.</summary>
internal static class MigrateVerb
{
    public static Command Make()
    {
        Option<string> postgres = Flag.Required<string>("--postgres",
            "Connection string of the database, of a login that may make tables: Host=db;Username=visurf;Database=visurf.");
        Option<bool> json = Flag.Optional<bool>("--json", "Print JSON.");
        Command command = new("migrate",
            "Brings a database to this version: before its silos start. Given again, or by several at once, it is done once.")
        {
            postgres, json,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<string> made = PostgresStorage.Migrate(parsed.GetRequiredValue(postgres));
            if (parsed.GetValue(json))
            {
                Show.Json(new JsonObject { ["made"] = new JsonArray([.. made.Select(name => JsonValue.Create(name))]) });
            }
            else
            {
                Console.Out.WriteLine(made.Count == 0 ? "the database is of this version already" : $"made {string.Join(", ", made)}");
            }

            return 0;
        });
        return command;
    }
}
