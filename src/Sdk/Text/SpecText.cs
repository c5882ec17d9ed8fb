using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>Reads specs from YAML or JSON text: both become the same nodes, so there is one dialect.</summary>
public static class SpecText
{
    private const int CharsMax = 1 << 20;
    private static readonly JsonDocumentOptions Json = new() { AllowDuplicateProperties = false, MaxDepth = YamlNodes.DepthMax };

    /// <summary>Reads a record from text.</summary>
    /// <param name="text">JSON where the first character is '{', else YAML.</param>
    /// <param name="source">What the text is called in errors: a file's path.</param>
    /// <exception cref="Fault">SpecInvalid: no JSON or YAML, an unknown field, a value out of range.</exception>
    public static T Read<T>(string text, string source) => SpecJson.Read<T>(Parse(text, source));

    /// <summary>Reads a record from a file.</summary>
    /// <exception cref="Fault">NotFound, or SpecInvalid.</exception>
    public static T ReadFile<T>(string path)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        Fault.Unless(new FileInfo(path).Length <= 4 * CharsMax, FaultCode.SpecInvalid, path, $"is longer than {CharsMax} characters");
        return Read<T>(File.ReadAllText(path), path);
    }

    private static JsonNode? Parse(string text, string source)
    {
        Fault.Unless(text.Length <= CharsMax, FaultCode.SpecInvalid, source, $"is longer than {CharsMax} characters");
        try
        {
            if (!text.AsSpan().TrimStart().StartsWith("{"))
            {
                return YamlNodes.Parse(text);
            }

            JsonNode? node = JsonNode.Parse(text, null, Json);
            _ = node?.ToJsonString(); // half a surrogate pair is found only where a text is read
            return node;
        }
        // YamlDotNet lets some broken tags through as ArgumentException, some broken lists as InvalidOperationException.
        catch (Exception e) when (
            e is JsonException or YamlDotNet.Core.YamlException or ArgumentException or InvalidOperationException)
        {
            throw new Fault(FaultCode.SpecInvalid, source, $"is neither JSON nor YAML: {e.Message}", e);
        }
    }
}
