using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>Sets a field of a spec by its dotted path.</summary>
internal static class SpecPath
{
    public static void Set(JsonObject root, string path, JsonNode? value, string source)
    {
        string[] parts = path.Split('.');
        JsonObject at = root;
        foreach (string part in parts[..^1])
        {
            at[part] ??= new JsonObject();
            at = at[part] as JsonObject
                ?? throw new Fault(FaultCode.SpecInvalid, $"{source}.{path}", $"'{part}' is a value, not a map of fields");
        }

        at[parts[^1]] = value;
    }
}
