using System.CommandLine;
using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf schema: the JSON schema of a spec file, for editors.</summary>
internal static class SchemaVerb
{
    private static readonly Dictionary<string, Func<JsonObject>> Schemas = new()
    {
        ["sweep"] = SpecSchema.Sweep,
        ["experiment"] = SpecSchema.Experiment,
    };

    public static Command Make()
    {
        Argument<string> kind = new("kind") { Description = "sweep or experiment." };
        Command command = new("schema", "Prints the JSON schema of a spec file, for editors.") { kind };
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(kind);
            Fault.Unless(Schemas.TryGetValue(name, out Func<JsonObject>? schema), FaultCode.SpecInvalid, "kind",
                $"is '{name}'; allowed: {string.Join(", ", Schemas.Keys)}");
            Console.Out.WriteLine(schema().ToJsonString(new(SpecJson.Options) { WriteIndented = true }));
            return 0;
        });
        return command;
    }
}
