using System.Runtime.CompilerServices;
using ViSurf.Training.Answers;
using ViSurf.Training.Geometry;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Benchmarks;

/// <summary>What the mini benchmarks share: pictures of 48 pixels with a few things, and how their places are told.</summary>
internal static class MiniScenes
{
    public const int Side = 48;

    private const int CellSide = 8; // a thought names places in patches
    private static readonly (int Min, int Max) Sizes = (14, 22);
    private static readonly ConditionalWeakTable<Atlas, MiniConcepts> Concepts = [];

    public static Frame Frame { get; } = new(Side, Side);

    public static IReadOnlyList<string> Styles { get; } = ["fluent3d", "twemoji"];

    public static MiniConcepts In(Atlas atlas) => Concepts.GetValue(atlas, static atlas => new(atlas));

    /// <summary>A scene of the wanted thing (first, where there is one) and others, but not of the unwanted.</summary>
    public static Scene Draw(ref Draws draws, Atlas atlas, int count, Concept? wanted, Concept? unwanted, IReadOnlyList<string> styles)
    {
        List<Concept> things = wanted is null ? [] : [wanted];
        while (things.Count < count)
        {
            Concept other = draws.Pick(In(atlas).All);
            if (other != unwanted && !things.Contains(other))
            {
                things.Add(other);
            }
        }

        return Scene.Draw(ref draws, Side, things, styles, Sizes);
    }

    /// <summary>A thing's box, and the middle of it as its point.</summary>
    public static Located Locate(Placed thing) =>
        new(thing.Box, new Point(thing.X + (thing.Width / 2), thing.Y + (thing.Height / 2)));

    public static string Solution(params IEnumerable<Located> objects) => ObjectList.Write(objects, AnswerStyle.Spaced);

    /// <summary>The patch in which a point lies: "3, 1" is column 3, row 1.</summary>
    public static string Patch(Point point) => $"{(int)point.X / CellSide}, {(int)point.Y / CellSide}";
}
