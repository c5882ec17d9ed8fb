namespace ViSurf.Training.Weights;

/// <summary>The names of Qwen2.5-VL's tensors in files.</summary>
/// <remarks>
/// Published checkpoints say model.* and visual.*; some that newer versions of the reference wrote say model.language_model.* and
/// model.visual.*, as those versions hold the parts in memory. Both are read; the published names are written.
/// </remarks>
internal static class WeightNames
{
    public const string Head = "lm_head.weight";
    public const string Embedding = "model.embed_tokens.weight";

    private static readonly (string Newer, string Published)[] Prefixes =
        [("model.language_model.", "model."), ("model.visual.", "visual.")];

    /// <summary>A name as published checkpoints say it.</summary>
    public static string Published(string name)
    {
        foreach ((string newer, string published) in Prefixes)
        {
            if (name.StartsWith(newer, StringComparison.Ordinal))
            {
                return published + name[newer.Length..];
            }
        }

        return name;
    }
}
