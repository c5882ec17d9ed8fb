namespace ViSurf.Sdk;

/// <summary>The prompts and labels of post-training.</summary>
public sealed record DataSpec
{
    /// <summary>The benchmark's name: it brings the prompt, the rewards and the metrics.</summary>
    public required string Benchmark { get; init; }

    /// <summary>How many different labels there are (N). With as many prompts as labels training is one epoch.</summary>
    public int Labels { get; init; } = 10_240;

    /// <summary>A Parquet file with the ViSurf columns to train on, in place of pictures drawn by the benchmark.</summary>
    public string? File { get; init; }

    /// <summary>The frame of a file's coordinates: "image" (pixels of each picture) or the side of a square, such as "840".</summary>
    public string Frame { get; init; } = "image";

    /// <summary>Whether the prompt asks for a thought before the answer.</summary>
    public PromptMode Prompt { get; init; } = PromptMode.Think;

    /// <summary>The spec itself, once every field is in its range.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the field.</exception>
    public DataSpec Checked(string path)
    {
        Check(path);
        return this;
    }

    internal void Check(string path)
    {
        Limit.Text(Benchmark, $"{path}.benchmark");
        Limit.Between(Labels, 1, 100_000_000, $"{path}.labels");
        Fault.Unless(Frame == "image" || (int.TryParse(Frame, out int side) && side is >= 1 and <= 100_000),
            FaultCode.SpecInvalid, $"{path}.frame", $"is '{Frame}'; allowed: image, or a whole number from 1 to 100000");
    }
}
