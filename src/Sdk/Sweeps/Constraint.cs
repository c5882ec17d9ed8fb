using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace ViSurf.Sdk;

/// <summary>What must hold for a combination: two fields or values, and a comparison between them.</summary>
internal sealed partial class Constraint
{
    private readonly string text;
    private readonly Side left;
    private readonly Side right;
    private readonly string comparison;

    private Constraint(string text, Side left, string comparison, Side right) =>
        (this.text, this.left, this.comparison, this.right) = (text, left, comparison, right);

    /// <summary>Reads a constraint, or says what is wrong with it.</summary>
    /// <param name="coordinates">Names beside an experiment's fields.</param>
    public static Constraint? Read(Mistakes wrong, string? text, string at, IReadOnlyCollection<string> coordinates)
    {
        Match match = Comparison().Match(text ?? "");
        if (!wrong.Unless(match.Success, at, $"is '{text}'; allowed: two fields or values with ==, !=, <, <=, > or >= between them"))
        {
            return null;
        }

        string comparison = match.Groups[2].Value;
        int before = wrong.Count;
        bool isOrder = comparison is not ("==" or "!=");
        Side left = Side.Read(wrong, match.Groups[1].Value, at, isOrder, coordinates);
        Side right = Side.Read(wrong, match.Groups[3].Value, at, isOrder, coordinates);
        return wrong.Count == before ? new(text!, left, comparison, right) : null;
    }

    /// <summary>Whether it holds. A field without a value is neither above nor below anything.</summary>
    public bool Holds(JsonNode experiment, IReadOnlyDictionary<string, JsonNode?> coordinates)
    {
        JsonNode? a = left.Of(experiment, coordinates);
        JsonNode? b = right.Of(experiment, coordinates);
        if (comparison is "==" or "!=")
        {
            return (AxisValues.Text(a) == AxisValues.Text(b)) == (comparison == "==");
        }

        if (a?.GetValueKind() != JsonValueKind.Number || b?.GetValueKind() != JsonValueKind.Number)
        {
            return false;
        }

        double difference = a.Deserialize<double>(SpecJson.Options) - b.Deserialize<double>(SpecJson.Options);
        return comparison switch { "<" => difference < 0, "<=" => difference <= 0, ">" => difference > 0, _ => difference >= 0 };
    }

    public override string ToString() => text;

    [GeneratedRegex("""^\s*("[^"]*"|[^\s<>=!"]+)\s*(==|!=|<=|>=|<|>)\s*("[^"]*"|[^\s<>=!"]+)\s*$""")]
    private static partial Regex Comparison();

    private sealed record Side(string? Name, JsonNode? Literal)
    {
        public static Side Read(Mistakes wrong, string word, string at, bool isOrder, IReadOnlyCollection<string> coordinates)
        {
            if (word.StartsWith('"') || word is "true" or "false" or "null")
            {
                wrong.Unless(!isOrder, at, $"orders {word}, which is no number");
                return new(null, word.StartsWith('"') ? word[1..^1] : JsonNode.Parse(word));
            }

            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            {
                return new(null, number);
            }

            Type? type = IsName(word) && coordinates.Contains(word) ? typeof(string)
                : word is "name" or "seed" ? null
                : SpecPath.TypeOf(word, out _);
            wrong.Unless(type is not null, at, $"names '{word}', which is no field of an experiment and no coordinate here; "
                + $"known beside fields: {string.Join(", ", CoordinateNames.Ordered(coordinates))}; a text stands in double quotes");
            wrong.Unless(type is null || SpecJson.Options.GetTypeInfo(type).Kind == JsonTypeInfoKind.None, at,
                $"names '{word}', which is no single value; a text stands in double quotes");
            bool isNumber = type == typeof(int) || type == typeof(double) || type == typeof(int?) || type == typeof(double?);
            wrong.Unless(!isOrder || type is null || isNumber, at, $"orders {word}, which is no number");
            return new(word, null);
        }

        public JsonNode? Of(JsonNode experiment, IReadOnlyDictionary<string, JsonNode?> coordinates) => Name is null ? Literal
            : IsName(Name) ? coordinates.GetValueOrDefault(Name)
            : SpecPath.Get(experiment, Name);

        private static bool IsName(string word) => CoordinateNames.IsShort(word) || word == CoordinateNames.Variant;
    }
}
