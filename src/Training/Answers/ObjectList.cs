using System.Globalization;
using System.Text;
using System.Text.Json;
using ViSurf.Training.Geometry;

namespace ViSurf.Training.Answers;

/// <summary>The lineage's answer: a JSON list of objects with "bbox_2d": [x1, y1, x2, y2] and "point_2d": [x, y].</summary>
public static class ObjectList
{
    /// <summary>More objects than this are cut off, as the lineage does.</summary>
    public const int CountMax = 120;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

    /// <summary>Reads any text: null where it is no JSON list; unreadable parts of an object are null in it.</summary>
    public static IReadOnlyList<Located>? TryParse(string text)
    {
        try
        {
            // A lone surrogate would throw where text is parsed; as bytes it becomes U+FFFD.
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text), Options);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Take(CountMax).Select(Read)]
                : null;
        }
        catch (JsonException)
        {
            return null; // a model's malformed answer is data, not an error
        }
    }

    /// <summary>Writes objects in a style; coordinates as whole numbers.</summary>
    /// <param name="pointsOnly">Leaves the boxes out.</param>
    public static string Write(IEnumerable<Located> objects, AnswerStyle style, bool pointsOnly = false)
    {
        string comma = style == AnswerStyle.Spaced ? ", " : ",";
        string colon = style == AnswerStyle.Spaced ? ": " : ":";
        StringBuilder text = new("[");
        foreach (Located one in objects)
        {
            text.Append(text.Length == 1 ? "{" : comma + "{");
            List<string> fields = [];
            if (one.Box is { } box && !pointsOnly)
            {
                fields.Add($"\"bbox_2d\"{colon}[{Join(comma, box.X1, box.Y1, box.X2, box.Y2)}]");
            }

            if (one.Point is { } point)
            {
                fields.Add($"\"point_2d\"{colon}[{Join(comma, point.X, point.Y)}]");
            }

            text.AppendJoin(comma, fields).Append('}');
        }

        return text.Append(']').ToString();
    }

    private static string Join(string comma, params double[] numbers) =>
        string.Join(comma, numbers
            .Select(number => Math.Round(number, MidpointRounding.AwayFromZero).ToString(CultureInfo.InvariantCulture)));

    private static Located Read(JsonElement element)
    {
        double[]? box = Numbers(element, "bbox_2d", 4);
        double[]? point = Numbers(element, "point_2d", 2);
        return new(box is null ? null : new Box(box[0], box[1], box[2], box[3]), point is null ? null : new Point(point[0], point[1]));
    }

    private static double[]? Numbers(JsonElement element, string name, int count)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out JsonElement list)
            || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != count)
        {
            return null;
        }

        double[] numbers = new double[count];
        for (int i = 0; i < count; i++)
        {
            if (list[i].ValueKind != JsonValueKind.Number || !list[i].TryGetDouble(out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }
}

/// <summary>How JSON is spaced: a style is a model's habit, and its tokens differ.</summary>
public enum AnswerStyle
{
    /// <summary>A space after each comma and colon.</summary>
    Spaced,

    /// <summary>No spaces.</summary>
    Compact,
}
