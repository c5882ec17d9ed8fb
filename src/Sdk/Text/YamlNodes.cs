using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ViSurf.Sdk;

/// <summary>Turns YAML (core schema) into JSON nodes, in bounded depth and size.</summary>
internal static class YamlNodes
{
    public const int DepthMax = 64;
    private const int NodesMax = 100_000;

    public static JsonNode? Parse(string text)
    {
        Parser parser = new(new StringReader(text));
        parser.Consume<StreamStart>();
        if (parser.Current is not DocumentStart)
        {
            return null;
        }

        parser.MoveNext();
        JsonNode? root = new Reader(parser).Node(0);
        parser.Consume<DocumentEnd>();
        return root;
    }

    private sealed class Reader(IParser parser)
    {
        private readonly Dictionary<AnchorName, JsonNode?> anchors = [];
        private int nodes;

        public JsonNode? Node(int depth)
        {
            Mark at = parser.Current!.Start;
            if (depth > DepthMax || ++nodes > NodesMax)
            {
                throw new YamlException(at, at, $"is nested deeper than {DepthMax} or has more than {NodesMax} nodes");
            }

            if (parser.Current is AnchorAlias alias)
            {
                parser.MoveNext();
                return anchors.TryGetValue(alias.Value, out JsonNode? known)
                    ? Copy(known, at)
                    : throw new YamlException(at, at, $"names the unknown anchor '{alias.Value}'");
            }

            AnchorName anchor = parser.Current is NodeEvent node ? node.Anchor : AnchorName.Empty;
            JsonNode? read = parser.Current switch
            {
                Scalar => Value(parser.Consume<Scalar>()),
                SequenceStart => List(depth),
                _ => Map(depth),
            };
            if (!anchor.IsEmpty)
            {
                anchors[anchor] = read;
            }

            return read;
        }

        // Aliases of aliases grow exponentially: what they stand for counts too.
        private JsonNode? Copy(JsonNode? known, Mark at)
        {
            nodes += Count(known);
            return nodes > NodesMax ? throw new YamlException(at, at, $"has more than {NodesMax} nodes") : known?.DeepClone();
        }

        private static int Count(JsonNode? node) => node switch
        {
            JsonObject map => 1 + map.Sum(field => Count(field.Value)),
            JsonArray list => 1 + list.Sum(Count),
            _ => 1,
        };

        private JsonArray List(int depth)
        {
            parser.Consume<SequenceStart>();
            JsonArray list = [];
            while (parser.Current is not SequenceEnd)
            {
                list.Add(Node(depth + 1));
            }

            parser.MoveNext();
            return list;
        }

        private JsonObject Map(int depth)
        {
            parser.Consume<MappingStart>();
            JsonObject map = [];
            while (parser.Current is not MappingEnd)
            {
                Scalar key = parser.Consume<Scalar>();
                if (map.ContainsKey(key.Value))
                {
                    throw new YamlException(key.Start, key.End, $"has the key '{key.Value}' twice");
                }

                map[key.Value] = Node(depth + 1);
            }

            parser.MoveNext();
            return map;
        }
    }

    private static JsonValue? Value(Scalar scalar)
    {
        string text = scalar.Value;
        if (scalar.Style is not ScalarStyle.Plain)
        {
            return JsonValue.Create(text);
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) =>
                JsonValue.Create(whole),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && double.IsFinite(number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }
}
