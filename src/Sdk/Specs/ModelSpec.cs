namespace ViSurf.Sdk;

/// <summary>Where the weights come from.</summary>
public sealed record ModelSpec
{
    /// <summary>A folder in Hugging Face's layout: config.json, safetensors, tokenizer.json.</summary>
    public required string Path { get; init; }
}
