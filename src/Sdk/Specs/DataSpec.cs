using System.Text.Json.Serialization;

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

    /// <summary>The share of a file's rows that may be bad and are then left out. At 0, which allows none, it is no part of a spec's
    /// id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double BadRows { get; init; }

    /// <summary>Whether the prompt asks for a thought before the answer.</summary>
    public PromptMode Prompt { get; init; } = PromptMode.Think;

    /// <summary>The spec itself, once every field is in its range.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the fields.</exception>
    public DataSpec Checked(string path)
    {
        Mistakes wrong = new();
        Check(wrong, path);
        wrong.Demand();
        return this;
    }

    internal void Check(Mistakes wrong, string path)
    {
        wrong.Text(Benchmark, $"{path}.benchmark");
        wrong.Between(Labels, 1, 100_000_000, $"{path}.labels");
        wrong.Between(BadRows, 0, 0.5, $"{path}.badRows");
        wrong.Unless(Frame == "image" || (int.TryParse(Frame, out int side) && side is >= 1 and <= 100_000),
            $"{path}.frame", $"is '{Frame}'; allowed: image, or a whole number from 1 to 100000");
    }
}
