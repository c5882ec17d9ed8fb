using ViSurf.Sdk;

namespace ViSurf.Bench.Memory;

/// <summary>A way to make one training step.</summary>
/// <param name="Against">The setting whose gradient it should have; null has none.</param>
/// <param name="Vocabulary">Words; 0 is the configuration's own number.</param>
internal sealed record MemorySetting(string Name, string? Against, ModelSpec Model, RlSpec Train, int Vocabulary = 0)
{
    private const int PublishedVocabulary = 151_936;
    private static readonly ModelSpec Plain = new() { Path = "mid" };
    private static readonly ModelSpec Lora = Plain with { Lora = new() };
    private static readonly ModelSpec Narrow = Plain with { Dtype = WeightType.Bfloat16 };
    private static readonly RlSpec Whole = new() { ClipNorm = 0 };
    private static readonly RlSpec Saving = Whole with { Recompute = true, LogitChunk = 128, MicroTokens = 800 };

    public static IReadOnlyList<MemorySetting> All { get; } =
    [
        new("plain", null, Plain, Whole),
        new("recompute", "plain", Plain, Whole with { Recompute = true }),
        new("microTokens 800", "plain", Plain, Whole with { MicroTokens = 800 }),
        new("logitChunk 128", "plain", Plain, Whole with { LogitChunk = 128 }),
        new("recompute, microTokens, logitChunk", "plain", Plain, Saving),
        new("attention fast", "plain", Plain with { Attention = AttentionKernel.Fast }, Whole),
        new("vision frozen", "plain", Plain with { Freeze = ["visual.*"] }, Whole),
        new("bfloat16, master", "plain", Narrow, Whole),
        new("bfloat16, stochastic", "plain", Narrow, Whole with { Weights = WeightStep.Stochastic }),
        new("bfloat16, stochastic, all three", "plain", Narrow, Saving with { Weights = WeightStep.Stochastic }),
        new("lora", null, Lora, Whole),
        new("lora, all three", "lora", Lora, Saving),
        new("lora, bfloat16, all three", "lora", Lora with { Dtype = WeightType.Bfloat16 }, Saving),
        new("151,936 words", null, Lora, Whole, PublishedVocabulary),
        new("151,936 words, logitChunk 128", "151,936 words", Lora, Whole with { LogitChunk = 128 }, PublishedVocabulary),
    ];

    /// <summary>Does it still run?</summary>
    public static IReadOnlyList<MemorySetting> Tiny { get; } = [All[0], All[1]];
}
