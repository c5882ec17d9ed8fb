using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace ViSurf.Sdk;

/// <summary>JSON schemas of spec files, made from the records themselves: for editors. What decides is <see cref="SpecText"/>.</summary>
public static class SpecSchema
{
    /// <summary>The schema of a sweep's file.</summary>
    public static JsonObject Sweep() => Of(typeof(SweepSpec), "A sweep of ViSurf.Orleans");

    /// <summary>The schema of an experiment's file.</summary>
    public static JsonObject Experiment() => Of(typeof(ExperimentSpec), "An experiment of ViSurf.Orleans");

    private static JsonObject Of(Type type, string title)
    {
        JsonObject schema = new() { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = title };
        foreach ((string keyword, JsonNode? value) in Export(type).AsObject())
        {
            schema[keyword] = value?.DeepClone();
        }

        return schema;
    }

    private static JsonNode Export(Type type) => SpecJson.Options.GetJsonSchemaAsNode(type, new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => (context.PropertyInfo?.DeclaringType, context.PropertyInfo?.Name) switch
        {
            // A node is anything to the serialiser; what a sweep expects of these two is known.
            (Type declaring, "base") when declaring == typeof(SweepSpec) => WithoutRequired(Export(typeof(ExperimentSpec))),
            (Type declaring, "axes") when declaring == typeof(SweepSpec) => new JsonObject
            {
                ["type"] = new JsonArray("object", "null"),
                ["additionalProperties"] = new JsonObject
                {
                    ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["minItems"] = 1 }, Export(typeof(AxisSpec))),
                },
            },
            _ => schema,
        },
    });

    // Rows and axes say what the base leaves open.
    private static JsonNode WithoutRequired(JsonNode schema)
    {
        if (schema is JsonObject map)
        {
            map.Remove("required");
            foreach ((_, JsonNode? below) in map)
            {
                WithoutRequired(below!);
            }
        }

        return schema;
    }
}
