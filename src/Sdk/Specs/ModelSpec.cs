using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>Where the weights come from, how they are held, and which of them are trained.</summary>
public sealed record ModelSpec
{
    /// <summary>A folder in Hugging Face's layout: config.json, safetensors, tokenizer.json.</summary>
    public required string Path { get; init; }

    /// <summary>How wide the weights' numbers are. Norms, rotary angles, softmax and log-probabilities are float32 in all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public WeightType Dtype { get; init; }

    /// <summary>Which attention kernel reads prompts without padding.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AttentionKernel Attention { get; init; }

    /// <summary>Trains low-rank adapters in place of the weights; null trains the weights.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LoraSpec? Lora { get; init; }

    /// <summary>Names of weights that stay as they are, * for any letters: "visual.*". Null freezes none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyList<string>? Freeze { get; init; }

    internal void Check(Mistakes wrong, string path)
    {
        wrong.Text(Path, $"{path}.path");
        Lora?.Check(wrong, $"{path}.lora");
        wrong.Unless(Lora is null || Freeze is null, $"{path}.freeze",
            "stands beside lora, which trains no weight; allowed: one of the two");
        foreach (string pattern in Freeze ?? [])
        {
            wrong.Text(pattern, $"{path}.freeze");
        }
    }
}

/// <summary>The number type of a model's weights.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "config.json's own word")]
public enum WeightType
{
    /// <summary>4 bytes.</summary>
    Float32,

    /// <summary>2 bytes, float32's range.</summary>
    Bfloat16,
}

/// <summary>How attention over a prompt is computed.</summary>
public enum AttentionKernel
{
    /// <summary>With a mask in memory: the numbers are the same with and without padding.</summary>
    Exact,

    /// <summary>With the kernel's own causal order where nothing is padded; differs by rounding.</summary>
    Fast,
}
