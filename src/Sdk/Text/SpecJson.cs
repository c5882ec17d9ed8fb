using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ViSurf.Sdk;

/// <summary>The one JSON dialect of the project: camelCase, enums as words, unknown fields refused with their path.</summary>
public static class SpecJson
{
    /// <summary>The serialiser's settings.</summary>
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    /// <summary>Reads a record, refusing what it does not know.</summary>
    /// <exception cref="Fault">SpecInvalid, naming each path, its value and what is allowed.</exception>
    public static T Read<T>(JsonNode? node)
    {
        Mistakes wrong = new();
        NodeCheck.Prune(wrong, node?.DeepClone(), Options.GetTypeInfo(typeof(T)), "");
        wrong.Demand();
        return node.Deserialize<T>(Options)!;
    }

    /// <summary>Reads what is right of a record; null where not even that makes one.</summary>
    /// <param name="node">Loses what is wrong.</param>
    internal static T? ReadRight<T>(Mistakes wrong, JsonNode node)
        where T : class => NodeCheck.Prune(wrong, node, Options.GetTypeInfo(typeof(T)), "") ? node.Deserialize<T>(Options) : null;

    /// <summary>How the dialect spells a value of an enum.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static JsonSerializerOptions MakeOptions()
    {
        JsonSerializerOptions options = new(JsonSerializerDefaults.Web)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            PropertyNameCaseInsensitive = false,
            NumberHandling = JsonNumberHandling.Strict,
            // Outputs of a model are shown as they are: nothing here is put into HTML unescaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
