using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Pictures;

namespace ViSurf.Training.Benchmarks;

/// <summary>Things drawn in several styles: objects.json beside one picture a style, cells of a fixed size.</summary>
public sealed class Atlas
{
    private readonly int cell;
    private readonly Dictionary<string, Lazy<Sheet>> sheets = [];
    private readonly ConcurrentDictionary<(int, string, int, int), Sprite> sprites = [];

    /// <summary>Reads objects.json; the pictures are decoded when first asked for.</summary>
    /// <exception cref="Fault">NotFound or FileDamaged, naming the file.</exception>
    public Atlas(string folder)
    {
        string path = Path.Combine(folder, "objects.json");
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        try
        {
            JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
            cell = root["cell"]!.GetValue<int>();
            string[] styles = root["styles"]!.Deserialize<string[]>()!;
            Concepts = [.. ((JsonArray)root["concepts"]!).Select((node, index) => ReadConcept(index, node!))];
            foreach (string style in styles)
            {
                string picture = Path.Combine(folder, $"objects_{style}_{cell}.webp");
                sheets[style] = new(() => Sheet.Read(picture));
            }
        }
        catch (Exception e) when (
            e is JsonException or NullReferenceException or InvalidOperationException or FormatException or InvalidCastException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"is no atlas: {e.Message}", e);
        }
    }

    public IReadOnlyList<Concept> Concepts { get; }

    /// <summary>A thing in a style, its longest side scaled to a length in pixels.</summary>
    /// <exception cref="Fault">The atlas has no such style, or its picture is missing or damaged.</exception>
    public Sprite Draw(Concept concept, string style, int longest)
    {
        Fault.Unless(sheets.ContainsKey(style), FaultCode.NotFound, $"style '{style}'",
            $"is not in the atlas; it has: {string.Join(", ", sheets.Keys)}");
        (int width, int height) = Size(concept, style, longest);
        return sprites.GetOrAdd((concept.Index, style, width, height), key =>
        {
            (int fullWidth, int fullHeight) = concept.Sizes[style];
            byte[] cut = sheets[style].Value.Cut(concept.X, concept.Y, fullWidth, fullHeight);
            return new(width, height, Bicubic.Resize(cut, fullWidth, fullHeight, width, height, channels: 4));
        });
    }

    /// <summary>Width and height of a thing whose longest side has that length.</summary>
    public static (int Width, int Height) Size(Concept concept, string style, int longest)
    {
        (int width, int height) = concept.Sizes[style];
        int full = Math.Max(width, height);
        return (Math.Max(1, ((width * longest) + (full / 2)) / full), Math.Max(1, ((height * longest) + (full / 2)) / full));
    }

    private static Concept ReadConcept(int index, JsonNode node) => new(
        index,
        node["name"]!.GetValue<string>(),
        node["concept_split"]!.GetValue<string>(),
        node["cell"]![0]!.GetValue<int>(),
        node["cell"]![1]!.GetValue<int>(),
        ((JsonObject)node["size"]!)
            .ToDictionary(pair => pair.Key, pair => (pair.Value![0]!.GetValue<int>(), pair.Value[1]!.GetValue<int>())));

    private sealed record Sheet(string Path, int Width, int Height, byte[] Rgba)
    {
        public static Sheet Read(string path)
        {
            Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
            byte[] rgba = PictureFile.DecodeRgba(File.ReadAllBytes(path), path, out int width, out int height);
            return new(path, width, height, rgba);
        }

        public byte[] Cut(int x, int y, int width, int height)
        {
            Fault.Unless(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= Width && y + height <= Height,
                FaultCode.FileDamaged, Path, $"is smaller than objects.json says: no {width} x {height} at {x}, {y}");
            byte[] cut = new byte[width * height * 4];
            for (int row = 0; row < height; row++)
            {
                Array.Copy(Rgba, (((y + row) * Width) + x) * 4, cut, row * width * 4, width * 4);
            }

            return cut;
        }
    }
}

/// <summary>A thing of the atlas: its name, the group it was put into, and where it is drawn.</summary>
/// <param name="Sizes">Width and height by style.</param>
public sealed record Concept(
    int Index, string Name, string Group, int X, int Y, IReadOnlyDictionary<string, (int Width, int Height)> Sizes);

/// <summary>A scaled drawing: RGBA, colours multiplied by their opacity.</summary>
public sealed record Sprite(int Width, int Height, byte[] Rgba);
