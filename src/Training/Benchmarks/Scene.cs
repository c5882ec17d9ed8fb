using ViSurf.Training.Geometry;
using ViSurf.Training.Pictures;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Benchmarks;

/// <summary>Things side by side on a coloured ground.</summary>
public sealed record Scene(int Side, IReadOnlyList<Placed> Things, Ground Ground)
{
    /// <summary>The split to which the composition belongs: a hash of the things and their boxes, whatever the style and ground.</summary>
    public Split Split
    {
        get
        {
            ulong hash = 14695981039346656037; // FNV-1a
            foreach (Placed thing in Things.OrderBy(thing => thing.Concept.Index))
            {
                foreach (int number in (int[])[thing.Concept.Index, thing.X, thing.Y, thing.Width, thing.Height])
                {
                    hash = (hash ^ (ulong)number) * 1099511628211;
                }
            }

            return (Split)((hash >> 32) % 4);
        }
    }

    /// <summary>Places things without overlap, one pixel apart; draws again until all fit.</summary>
    public static Scene Draw(ref Draws draws, int side, IReadOnlyList<Concept> concepts, IReadOnlyList<string> styles,
        (int Min, int Max) sizes)
    {
        Ground ground = Ground.Draw(ref draws);
        while (true)
        {
            List<Placed> placed = [];
            foreach (Concept concept in concepts)
            {
                string style = draws.Pick(styles);
                (int width, int height) = Atlas.Size(concept, style, draws.From(sizes.Min, sizes.Max));
                for (int attempt = 0; attempt < 20; attempt++)
                {
                    Placed thing = new(concept, style, draws.From(0, side - width), draws.From(0, side - height), width, height);
                    if (!placed.Any(thing.Touches))
                    {
                        placed.Add(thing);
                        break;
                    }
                }
            }

            if (placed.Count == concepts.Count)
            {
                return new(side, placed, ground);
            }
        }
    }

    /// <summary>Paints the scene.</summary>
    public Picture Paint(Atlas atlas)
    {
        Picture picture = new(Side, Side, Ground.Paint(Side));
        foreach (Placed thing in Things)
        {
            Paint(picture, thing, atlas.Draw(thing.Concept, thing.Style, Math.Max(thing.Width, thing.Height)));
        }

        return picture;
    }

    private static void Paint(Picture picture, Placed thing, Sprite sprite)
    {
        for (int y = 0; y < sprite.Height; y++)
        {
            for (int x = 0; x < sprite.Width; x++)
            {
                ReadOnlySpan<byte> over = sprite.Rgba.AsSpan(((y * sprite.Width) + x) * 4, 4);
                Span<byte> under = picture.Rgb.AsSpan((((thing.Y + y) * picture.Width) + thing.X + x) * 3, 3);
                for (int channel = 0; channel < 3; channel++)
                {
                    under[channel] = (byte)Math.Min(255, over[channel] + (((under[channel] * (255 - over[3])) + 127) / 255));
                }
            }
        }
    }
}

/// <summary>A thing in a scene; its box is the rectangle into which it is painted.</summary>
public sealed record Placed(Concept Concept, string Style, int X, int Y, int Width, int Height)
{
    public Box Box => new(X, Y, X + Width, Y + Height);

    /// <summary>Whether less than one pixel lies between.</summary>
    public bool Touches(Placed other) =>
        X <= other.X + other.Width && other.X <= X + Width && Y <= other.Y + other.Height && other.Y <= Y + Height;
}

/// <summary>A straight gradient between two colours, with noise.</summary>
public sealed record Ground(byte[] From, byte[] To, int Across, int Down, long NoiseSeed)
{
    private const int Noise = 8;

    public static Ground Draw(ref Draws draws)
    {
        byte[] from = [(byte)draws.From(40, 235), (byte)draws.From(40, 235), (byte)draws.From(40, 235)];
        byte[] to = [Near(ref draws, from[0]), Near(ref draws, from[1]), Near(ref draws, from[2])];
        return new(from, to, draws.From(0, 8), draws.From(0, 8), (long)draws.Bits());
    }

    public byte[] Paint(int side)
    {
        Draws noise = new(NoiseSeed, "ground");
        byte[] rgb = new byte[side * side * 3];
        int length = Math.Max(1, (Across + Down) * (side - 1));
        for (int i = 0; i < side * side; i++)
        {
            int along = (Across * (i % side)) + (Down * (i / side));
            ulong bits = noise.Bits();
            for (int channel = 0; channel < 3; channel++, bits >>= 16)
            {
                int colour = From[channel] + ((To[channel] - From[channel]) * along / length);
                rgb[(i * 3) + channel] = (byte)Math.Clamp(colour + (int)(bits % ((2 * Noise) + 1)) - Noise, 0, 255);
            }
        }

        return rgb;
    }

    private static byte Near(ref Draws draws, byte colour) => (byte)Math.Clamp(colour + draws.From(-60, 60), 20, 250);
}
