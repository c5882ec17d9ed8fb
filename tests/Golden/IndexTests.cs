using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Training.Model;

namespace ViSurf.Tests.Golden;

public class IndexTests
{
    private static readonly JsonObject Cases = (JsonObject)JsonNode.Parse(File.ReadAllText(Fixtures.Path("index_cases.json")))!;

    [Fact]
    public void Positions_equal_the_reference_for_mixed_batches()
    {
        SpecialTokens tokens = new() { VisionStart = 505, ImagePad = 508, VideoPad = 509, End = [502], Pad = 500 };
        JsonArray cases = (JsonArray)Cases["rope_index"]!;
        Assert.Equal(24, cases.Count);
        Assert.All(cases, c =>
        {
            MropeIndex index = MropeIndex.Of(Matrix(c!["input_ids"]!), Matrix(c["attention_mask"]!),
                Grids(c["image_grid_thw"]!), 2, tokens);
            Assert.Equal(c["position_ids"]!.Deserialize<long[][][]>()!.SelectMany(axis => axis.SelectMany(row => row)),
                index.Positions.Cast<long>());
            Assert.Equal(c["rope_deltas"]!.Deserialize<long[][]>()!.SelectMany(row => row), index.Deltas);
        });
    }

    [Fact]
    public void Windows_and_places_equal_the_reference()
    {
        JsonArray cases = (JsonArray)Cases["vision_index"]!;
        Assert.Equal(24, cases.Count);
        Assert.All(cases, c =>
        {
            int window = c!["window_size"]!.GetValue<int>();
            PatchLayout layout = PatchLayout.Of(Grids(c["image_grid_thw"]!), 2, window / 2 / 14);
            Assert.Equal(c["window_index"]!.Deserialize<int[]>()!, layout.WindowIndex);
            Assert.Equal(c["cu_window_seqlens"]!.Deserialize<int[]>()!, Cumulated(layout.WindowLengths));
            Assert.Equal(c["cu_seqlens"]!.Deserialize<int[]>()!, Cumulated(layout.FrameLengths));
            if (c["patch_row_col"] is { } places) // left out of the two largest cases
            {
                Assert.Equal(places.Deserialize<int[][]>()!.Select(p => (p[0], p[1])), layout.Places);
            }
        });
    }

    private static int[] Cumulated(int[] lengths) =>
        [.. lengths.Aggregate(new List<int> { 0 }, (sums, length) => [.. sums, sums[^1] + length])];

    private static PatchGrid[] Grids(JsonNode node) =>
        [.. node.Deserialize<int[][]>()!.Select(size => new PatchGrid(size[0], size[1], size[2]))];

    private static long[,] Matrix(JsonNode node)
    {
        long[][] rows = node.Deserialize<long[][]>()!;
        long[,] matrix = new long[rows.Length, rows[0].Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            matrix[i / rows[0].Length, i % rows[0].Length] = rows[i / rows[0].Length][i % rows[0].Length];
        }

        return matrix;
    }
}
