using ViSurf.Training.Model;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Golden;

/// <summary>The fixtures tell a right port from every known wrong one: each mistake, made on purpose, fails a comparison that the
/// model passes.</summary>
/// <remarks>
/// A mistake that a change of weights, configuration, positions or mask can imitate is made in the model itself. The others are made
/// in a few lines beside the fixture's own tensor of that place, and the model is held to that tensor.
/// </remarks>
public class MistakeTests
{
    private const string Batch = "image_left";
    private static readonly SafetensorsFile Inputs = Fixtures.Open("inputs_" + Batch);
    private static readonly SafetensorsFile Expected = Fixtures.Open("forward_untied_" + Batch);

    /// <summary>Mistake, and the least by which it moves the logits.</summary>
    public static TheoryData<string, double> InWeightsAndConfiguration => new()
    {
        { "patch vector read as time, channel", 5 },
        { "vision q, k, v split head by head", 5 },
        { "rope pairs interleaved", 5 },
        { "text rope theta 10000", 5 },
        { "key heads tiled", 5 },
        { "all vision blocks full", 5 },
        { "all vision blocks windowed", 3 },
        { "text biases dropped", 4 },
        { "vision MLP biases dropped", 4 },
        { "RMS eps 1e-5 in the text", 2e-3 },
        { "RMS eps 1e-5 in the vision norms", 1.5e-4 },
    };

    /// <summary>Mistake, and the least by which it moves the logits.</summary>
    public static TheoryData<string, double> InPositionsAndMasks => new()
    {
        { "padding seen", 5 },
        { "text after a picture goes on at + its tokens", 3 },
        { "mrope sections w, h, t", 2 },
        { "mrope ignored", 0.1 },
    };

    [Fact]
    public void Without_a_mistake_the_logits_are_the_reference_s() =>
        Assert.InRange(Apart(Model("none")), 0, Fixtures.LogitTolerance);

    [Theory]
    [MemberData(nameof(InWeightsAndConfiguration))]
    public void A_mistake_in_reading_weights_or_configuration_shows(string mistake, double least) =>
        Assert.InRange(Apart(Model(mistake)), Math.Max(least, Fixtures.LogitTolerance), double.MaxValue);

    [Theory]
    [MemberData(nameof(InPositionsAndMasks))]
    public void A_mistake_in_positions_or_masks_shows(string mistake, double least)
    {
        Assert.InRange(Decoded("none"), 0, Fixtures.LogitTolerance);
        Assert.InRange(Decoded(mistake), least, double.MaxValue);
    }

    // Rope is relative, so no logit shows it: the positions themselves must be compared.
    [Fact]
    public void Padding_counted_in_the_positions_shows_in_the_positions_alone()
    {
        ModelConfig config = ConfigFile.Read(Fixtures.Path("model_untied", "config.json"));
        long[,] ids = Fixtures.Matrix(Inputs.Read("input_ids"));
        long[] expected = Expected.Read("position_ids").data<long>().ToArray();
        MropeIndex Of(long[,] mask) => MropeIndex.Of(ids, mask, Fixtures.Grids(Inputs), 2, config.Tokens);
        Assert.Equal(expected, Of(Fixtures.Matrix(Inputs.Read("attention_mask"))).Positions.Cast<long>());
        Assert.NotEqual(expected, Of(Fixtures.Matrix(ones_like(Inputs.Read("attention_mask")))).Positions.Cast<long>());
        Assert.InRange(Decoded("padding counted"), 0, Fixtures.LogitTolerance);
    }

    /// <summary>Mistakes of the vision tower's rotary tables, which the model's own equal to 1e-6.</summary>
    [Theory]
    [InlineData("angles left in patch order")]
    [InlineData("row and column swapped")]
    [InlineData("coordinates row by row")]
    [InlineData("exponent over the whole head")]
    [InlineData("theta 1e6")]
    [InlineData("angles rounded to bfloat16")]
    public void A_mistake_in_the_vision_tables_shows(string mistake)
    {
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = Fixtures.Model();
        Tensor expected = Expected.Read("vision.rope.cos_window_order");
        Rotary own = model.VisionTables(Fixtures.Grids(Inputs));
        Assert.InRange(Fixtures.Difference(expected, own.Cos.squeeze(1)), 0, 1e-6);
        Assert.InRange(Fixtures.Difference(Expected.Read("vision.rope.sin_window_order"), own.Sin.squeeze(1)), 0, 1e-6);
        Assert.InRange(Fixtures.Difference(expected, VisionCosines("none")), 0, 1e-6);
        Assert.InRange(Fixtures.Difference(expected, VisionCosines(mistake)), 1e-5, double.MaxValue);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-6)]
    [InlineData(ScalarType.BFloat16, 1.0 / 256)] // the table is rounded, the angle is not
    public void Angles_rounded_to_bfloat16_show_in_the_text_tables(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = ModelFolder.Load(Fixtures.Path("model_untied"), null, new(type, CPU));
        Tensor positions = Expected.Read("position_ids");
        Tensor axis = tensor(new long[] { 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 1, 1, 1, 2, 2, 2 })
            .view(1, 1, 1, 16).expand(1, 3, positions.shape[2], 16);
        Tensor expected = Expected.Read("text.rope.cos_3axes").gather(0, axis).squeeze(0);

        Assert.InRange(Fixtures.Difference(expected, model.Tables(positions).Cos.squeeze(2)), 0, tolerance);

        Tensor frequency = tensor(Enumerable.Range(0, 16).Select(i => (float)Math.Pow(1e6, -(i % 8) / 8.0)).ToArray());
        Tensor mistaken = (positions.to(ScalarType.Float32).unsqueeze(-1) * frequency).gather(0, axis).squeeze(0)
            .to(ScalarType.BFloat16).to(ScalarType.Float32).cos();
        Assert.InRange(Fixtures.Difference(expected, mistaken), 2.0 / 256, double.MaxValue);
    }

    [Fact]
    public void Patches_out_of_window_order_show()
    {
        PatchLayout layout = PatchLayout.Of(Fixtures.Grids(Inputs), 2, 2);
        long[] expected = Expected.Read("vision.window_index").data<long>().ToArray();
        Assert.Equal(expected, layout.WindowIndex.Select(cell => (long)cell));
        Assert.NotEqual(expected, Enumerable.Range(0, expected.Length).Select(cell => (long)cell));
    }

    [Fact]
    public void Cells_not_put_back_or_put_back_the_wrong_way_show()
    {
        using var scope = NewDisposeScope();
        Tensor embeddings = Expected.Read("vision.image_embeds");
        Tensor merged = Expected.Read("vision.merger_out_window_order");
        Tensor order = Expected.Read("vision.window_index");
        Assert.InRange(Fixtures.Difference(embeddings, merged.index_select(0, order.argsort())), 0, 1e-6);
        Assert.InRange(Fixtures.Difference(embeddings, merged), 0.1, double.MaxValue);
        Assert.InRange(Fixtures.Difference(embeddings, merged.index_select(0, order)), 0.1, double.MaxValue);
        Assert.InRange(Pictures(Fixtures.Grids(Inputs)), 0, Fixtures.LogitTolerance);
    }

    // A full block that saw the neighbour's patches would give a picture another embedding than alone.
    [Fact]
    public void A_picture_s_embedding_is_the_reference_s_whatever_stands_beside_it()
    {
        PatchGrid[] grids = Fixtures.Grids(Inputs);
        Assert.All(grids, (grid, i) =>
            Assert.InRange(Pictures([grid], grids.Take(i).Sum(before => before.Patches)), 0, Fixtures.LogitTolerance));
    }

    [Fact]
    public void A_tanh_GELU_in_the_merger_shows()
    {
        using var scope = NewDisposeScope();
        SafetensorsFile weights = new(Fixtures.Path("model_untied", "model.safetensors"));
        Tensor Read(string name) => weights.Read($"visual.merger.{name}");
        Tensor x = Expected.Read("vision.block3.out_window_order");
        Tensor normed = x * (x.pow(2).mean([-1L], keepdim: true) + 1e-6).rsqrt() * Read("ln_q.weight");
        Tensor inner = nn.functional.linear(normed.view(-1, 128), Read("mlp.0.weight"), Read("mlp.0.bias"));
        Tensor Out(Tensor gelu) => nn.functional.linear(gelu, Read("mlp.2.weight"), Read("mlp.2.bias"));
        Tensor expected = Expected.Read("vision.merger_out_window_order");
        Tensor tanh = inner * 0.5 * (((inner + (inner.pow(3) * 0.044715)) * Math.Sqrt(2 / Math.PI)).tanh() + 1);
        Assert.InRange(Fixtures.Difference(expected, Out(nn.functional.gelu(inner))), 0, Fixtures.LogitTolerance);
        Assert.InRange(Fixtures.Difference(expected, Out(tanh)), 2 * Fixtures.LogitTolerance, double.MaxValue);
    }

    private static VisionLanguageModel Model(string mistake)
    {
        ModelConfig config = ConfigFile.Read(Fixtures.Path("model_untied", "config.json"));
        config = mistake switch
        {
            "text rope theta 10000" => config with { RopeTheta = 10_000 },
            "all vision blocks full" => config with { Vision = config.Vision with { FullAttentionBlocks = [0, 1, 2, 3] } },
            "all vision blocks windowed" => config with { Vision = config.Vision with { FullAttentionBlocks = [] } },
            "RMS eps 1e-5 in the text" => config with { RmsNormEps = 1e-5 },
            "RMS eps 1e-5 in the vision norms" => config with { Vision = config.Vision with { NormEps = 1e-5 } },
            _ => config,
        };
        return new(config, new Mistaken(new StoredWeights(Fixtures.Path("model_untied", "model.safetensors"), Placement.Plain), mistake));
    }

    private static double Apart(VisionLanguageModel model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using PromptBatch prompts = Fixtures.Batch(model, Inputs);
        Tensor logits = model.Logits(prompts.Forward(model, new RecordedKeyValues()));
        model.Dispose();
        return Fixtures.Difference(Expected.Read("logits"), logits, Inputs.Read("attention_mask"));
    }

    private static double Pictures(PatchGrid[] grids, int firstPatch = 0)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using VisionLanguageModel model = Fixtures.Model();
        Tensor pixels = Inputs.Read("pixel_values").narrow(0, firstPatch, grids.Sum(grid => grid.Patches));
        Tensor embeddings = model.EmbedPictures(pixels, grids);
        return Fixtures.Difference(Expected.Read("vision.image_embeds").narrow(0, firstPatch / 4, embeddings.shape[0]), embeddings);
    }

    private static double Decoded(string mistake)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using VisionLanguageModel model = Fixtures.Model();
        Tensor ids = Inputs.Read("input_ids");
        Tensor real = Inputs.Read("attention_mask");
        Tensor positions = Expected.Read("position_ids");
        (long rows, long tokens) = (ids.shape[0], ids.shape[1]);
        positions = mistake switch
        {
            "text after a picture goes on at + its tokens" => positions + AfterPictures(ids),
            "mrope sections w, h, t" => positions.flip(0),
            "mrope ignored" => positions[0].unsqueeze(0).expand(3, -1, -1),
            "padding counted" => positions + (1 - real).sum(-1, keepdim: true),
            _ => positions,
        };
        Tensor mask = (ones(tokens, tokens) * -1e30f).triu(1).expand(rows, 1, tokens, tokens);
        if (mistake != "padding seen")
        {
            mask = mask + ((1 - real).to(ScalarType.Float32) * -1e30f).view(rows, 1, 1, tokens);
        }

        Tensor embeddings = model.Embed(ids, Inputs.Read("pixel_values"), Fixtures.Grids(Inputs));
        Tensor logits = model.Logits(model.Decode(embeddings, positions, mask, new RecordedKeyValues()));
        return Fixtures.Difference(Expected.Read("logits"), logits, real);
    }

    // How much further on the text would be: the picture's tokens less its longer side, from the token after it.
    private static Tensor AfterPictures(Tensor ids)
    {
        Tensor isPicture = ids.eq(508).to(ScalarType.Int64);
        Tensor further = tensor(Fixtures.Grids(Inputs)
            .Select(grid => (long)grid.Cells(2) - (Math.Max(grid.Rows, grid.Columns) / 2)).ToArray()).unsqueeze(1);
        return further * (isPicture.cumsum(1).eq(isPicture.sum(1, keepdim: true)).to(ScalarType.Int64) * (1 - isPicture));
    }

    private static Tensor VisionCosines(string mistake)
    {
        PatchGrid[] grids = Fixtures.Grids(Inputs);
        PatchLayout layout = PatchLayout.Of(grids, 2, 2);
        IEnumerable<(int Row, int Column)> places = mistake == "coordinates row by row"
            ? grids.SelectMany(grid => Enumerable.Range(0, grid.Patches).Select(i => (i / grid.Columns, i % grid.Columns)))
            : layout.Places;
        double theta = mistake == "theta 1e6" ? 1e6 : 10_000;
        double exponent = mistake == "exponent over the whole head" ? 8 : 4;
        float second = (float)Math.Pow(theta, -2 / exponent); // after the first frequency, 1
        float[] angles = [.. places.Select(place => mistake == "row and column swapped" ? (place.Column, place.Row) : place)
            .SelectMany(place => new[] { place.Item1, place.Item1 * second, place.Item2, place.Item2 * second })];
        Tensor half = tensor(angles, layout.Places.Length / 4, 4, 4);
        if (mistake != "angles left in patch order")
        {
            half = half.index_select(0, Expected.Read("vision.window_index"));
        }

        half = half.view(-1, 4);
        half = mistake == "angles rounded to bfloat16" ? half.to(ScalarType.BFloat16).to(ScalarType.Float32) : half;
        return cat([half, half], -1).cos();
    }

    /// <summary>The fixture's weights, some of them put where a wrong port would read them.</summary>
    private sealed class Mistaken(IWeightSource weights, string mistake) : IWeightSource
    {
        public Tensor Get(string name, Initial initial, long[] shape)
        {
            Tensor weight = weights.Get(name, initial, shape);
            return mistake switch
            {
                "patch vector read as time, channel" when name.EndsWith("patch_embed.proj.weight", StringComparison.Ordinal) =>
                    weight.view(shape[0], 2, 3, 14, 14).permute(0, 2, 1, 3, 4).contiguous(),
                "vision q, k, v split head by head" when name.Contains(".attn.qkv.", StringComparison.Ordinal) =>
                    weight.view(4, 3, 8, -1).transpose(0, 1).reshape(shape),
                "rope pairs interleaved" when name.Contains(".q_proj.", StringComparison.Ordinal)
                    || name.Contains(".k_proj.", StringComparison.Ordinal) =>
                    weight.view(-1, 8, 2, shape.Length == 1 ? 1 : shape[1]).transpose(1, 2).reshape(shape),
                "key heads tiled" when name.Contains(".q_proj.", StringComparison.Ordinal) =>
                    weight.view(2, 2, -1).transpose(0, 1).reshape(shape),
                "key heads tiled" when name.Contains(".o_proj.", StringComparison.Ordinal) =>
                    weight.view(shape[0], 2, 2, -1).transpose(1, 2).reshape(shape),
                "text biases dropped" when name.StartsWith("model.", StringComparison.Ordinal)
                    && name.EndsWith(".bias", StringComparison.Ordinal) => zeros_like(weight),
                "vision MLP biases dropped" when name.StartsWith("visual.", StringComparison.Ordinal)
                    && name.Contains(".mlp.", StringComparison.Ordinal) && name.EndsWith("proj.bias", StringComparison.Ordinal) =>
                    zeros_like(weight),
                _ => weight,
            };
        }
    }
}
