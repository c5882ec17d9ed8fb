using ViSurf.Bench.Memory;
using ViSurf.Training.Model;
using ViSurf.Training.Planning;
using ViSurf.Training.Randomness;
using ViSurf.Training.Weights;

namespace ViSurf.Bench.Sampling;

/// <summary>The mid-size model of Memory/mid-config.json with drawn weights, and prompts of a picture and 33 words.</summary>
internal sealed class MidModel : IDisposable
{
    private const int Words = 33;
    private const long Seed = 20250101;

    public VisionLanguageModel Model { get; } = new(MidPrompts.Config(), new DrawnWeights(Seed, deviation: 0.05));

    /// <summary>Prompts of a picture and words, all of one length.</summary>
    public PromptBatch Batch(int prompts)
    {
        Draws draws = new(Seed, "prompts");
        int[][] ids = [.. Enumerable.Range(0, prompts).Select(_ => MidPrompts.Ids(Model.Config, Words, draws))];
        float[] pixels = [.. Enumerable.Range(0, prompts * MidPrompts.Pixels(Model.Config)).Select(_ => (float)draws.Unit())];
        return MidPrompts.Batch(Model.Config, ids, pixels);
    }

    /// <summary>Multiplications and additions of one new token that sees that many places.</summary>
    public double FlopsOfToken(double places)
    {
        ModelFlops flops = new(Model.Config);
        return flops.Decoder(1, places) + flops.Head(1);
    }

    public void Dispose() => Model.Dispose();
}
