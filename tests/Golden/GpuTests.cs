using ViSurf.Training.Model;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Golden;

/// <summary>The reference's numbers on a GPU; skipped, and counted, where there is none.</summary>
public class GpuTests
{
    private const string Missing = "this process sees no GPU";
    private const double Tolerance = 1e-3; // another order of sums

    [Theory]
    [InlineData("text_left")]
    [InlineData("image_left")]
    [InlineData("multi_left")]
    public void Logits_equal_the_reference(string batch)
    {
        Assert.SkipUnless(cuda.is_available(), Missing);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using VisionLanguageModel model = OnGpu();
        SafetensorsFile inputs = Fixtures.Open("inputs_" + batch);
        using PromptBatch prompts = Fixtures.Batch(model, inputs);

        Tensor logits = model.Logits(prompts.Forward(model, new RecordedKeyValues())).cpu();

        Tensor expected = Fixtures.Open("forward_untied_" + batch).Read("logits");
        Assert.InRange(Fixtures.Difference(expected, logits, inputs.Read("attention_mask")), 0, Tolerance);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Greedy_tokens_equal_the_reference(bool share)
    {
        Assert.SkipUnless(cuda.is_available(), Missing);
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = OnGpu();
        using PromptBatch prompts = Fixtures.Batch(model, Fixtures.Open("inputs_image_left"), "prompt_");

        SamplingSettings settings = new() { MaxTokens = 24, Temperature = 0, SharePrompts = share };
        Response[] responses = new Sampler(model, settings).Sample(prompts, new Draws[3]);

        long[] expected = Fixtures.Open("generate_untied_image_left").Read("new_tokens").data<long>().ToArray();
        Assert.Equal(expected, responses.SelectMany(response => response.Tokens).Select(token => (long)token));
    }

    private static VisionLanguageModel OnGpu() =>
        ModelFolder.Load(Fixtures.Path("model_untied"), weightsFile: null, new(ScalarType.Float32, new("cuda:0")));
}
