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
    /// <exception cref="Fault">SpecInvalid, naming the path, the value and what is allowed.</exception>
    public static T Read<T>(JsonNode? node)
    {
        Check(node, Options.GetTypeInfo(typeof(T)), "");
        return node.Deserialize<T>(Options)!;
    }

    /// <summary>How the dialect spells a value of an enum.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static void Check(JsonNode? node, JsonTypeInfo type, string path)
    {
        Type? nullable = Nullable.GetUnderlyingType(type.Type);
        if (nullable is not null && node is null)
        {
            return;
        }

        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when type.Type != typeof(JsonNode):
                CheckObject(node, type, path);
                break;
            case JsonTypeInfoKind.Enumerable:
                JsonArray array = Want<JsonArray>(node, path, "a list");
                for (int i = 0; i < array.Count; i++)
                {
                    Check(array[i], Options.GetTypeInfo(type.ElementType!), $"{path}[{i}]");
                }

                break;
            case JsonTypeInfoKind.Dictionary:
                foreach ((string key, JsonNode? value) in Want<JsonObject>(node, path, "a map of fields"))
                {
                    Check(value, Options.GetTypeInfo(type.ElementType!), Join(path, key));
                }

                break;
            default:
                CheckLeaf(node, nullable ?? type.Type, path);
                break;
        }
    }

    private static void CheckObject(JsonNode? node, JsonTypeInfo type, string path)
    {
        JsonObject fields = Want<JsonObject>(node, path, "a map of fields");
        List<JsonPropertyInfo> known = [.. type.Properties.Where(p => p.Set is not null)];
        foreach ((string name, JsonNode? value) in fields)
        {
            JsonPropertyInfo? property = known.Find(p => p.Name == name);
            Fault.Unless(property is not null, FaultCode.SpecInvalid, Join(path, name),
                $"is no field; allowed: {string.Join(", ", known.Select(p => p.Name).Order())}");
            if (value is not null || !property.IsSetNullable)
            {
                Check(value, Options.GetTypeInfo(property.PropertyType), Join(path, name));
            }
        }

        foreach (JsonPropertyInfo property in known.Where(p => p.IsRequired && !fields.ContainsKey(p.Name)))
        {
            throw new Fault(FaultCode.SpecInvalid, Join(path, property.Name), "is missing");
        }
    }

    private static void CheckLeaf(JsonNode? node, Type type, string path)
    {
        if (type == typeof(JsonNode))
        {
            return;
        }

        try
        {
            if (node is not null && node.Deserialize(type, Options) is not double.NaN)
            {
                return;
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // Said below, with the path and what is allowed.
        }

        throw new Fault(FaultCode.SpecInvalid, path, $"is {node?.ToJsonString(Options) ?? "null"}; allowed: {Allowed(type)}");
    }

    private static string Allowed(Type type) => type switch
    {
        { IsEnum: true } => string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
        _ when type == typeof(bool) => "true, false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ => "a text",
    };

    private static T Want<T>(JsonNode? node, string path, string what)
        where T : JsonNode => node as T ?? throw new Fault(FaultCode.SpecInvalid, path.Length == 0 ? "the spec" : path,
            $"is {node?.ToJsonString(Options) ?? "null"}; allowed: {what}");

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

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
