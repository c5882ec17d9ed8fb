using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>How a sweep's space is searched: which trials are made, and which of them are trained to the end. A trial is a point of the
/// space with all of the sweep's seeds.</summary>
public sealed record SearchSpec
{
    private const int AtOnceMost = 1000;

    /// <summary>Where trials come from.</summary>
    public required SearchSampler Sampler { get; init; }

    /// <summary>The most trials that are made.</summary>
    public required int Trials { get; init; }

    /// <summary>The seed of the sampler's draws; experiments' own seeds have nothing to do with it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What trials are ranked by: a measure's name or title, as reports have it.</summary>
    public required string Measure { get; init; }

    /// <summary>The most trials that are trained at a time.</summary>
    public int AtOnce { get; init; } = 8;

    /// <summary>Which trials are not trained to the end.</summary>
    public Stopping Stopping { get; init; }

    /// <summary>Where training halts to be scored; wanted where trials are stopped early.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RungSpec? Rungs { get; init; }

    /// <summary>How sure it must be that a trial is worse before it is stopped, as a one-sided level: at 0.5 the means alone
    /// decide.</summary>
    public double Confidence { get; init; } = 0.8;

    internal void Check(Mistakes wrong, string path)
    {
        wrong.Between(Trials, 1, SweepExpansion.CellsMost, $"{path}.trials");
        wrong.AtLeast(Seed, 0, $"{path}.seed");
        wrong.Text(Measure, $"{path}.measure");
        wrong.Between(AtOnce, 1, AtOnceMost, $"{path}.atOnce");
        wrong.Between(Confidence, 0.5, 0.99, $"{path}.confidence");
        wrong.Unless(Stopping == Stopping.None == Rungs is null, $"{path}.rungs", Rungs is null
            ? $"is missing, and trials are stopped by {SpecJson.Word(Stopping)}; wanted: rungs: {{ first, eta }}"
            : "stands there, and stopping is none; allowed: with median, asha or hyperband");
        Rungs?.Check(wrong, $"{path}.rungs");
    }
}

/// <summary>The prompts after which trials are scored and compared; the end of the training is the last rung.</summary>
public sealed record RungSpec
{
    private const int AtMost = 32;

    /// <summary>Prompts of the first rung; each further one has eta times as many.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? First { get; init; }

    /// <summary>The prompts of each rung, in place of the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? At { get; init; }

    /// <summary>One of so many trials goes on from a rung to the next, with asha and hyperband.</summary>
    public int Eta { get; init; } = 3;

    /// <summary>The prompts of each rung, the end included.</summary>
    /// <param name="prompts">Of the whole training.</param>
    public IReadOnlyList<int> Of(int prompts)
    {
        List<int> all = [];
        for (double next = First ?? prompts; next < prompts; next *= Eta)
        {
            all.Add((int)next);
        }

        return [.. At?.Where(rung => rung < prompts) ?? all, prompts];
    }

    internal void Check(Mistakes wrong, string path)
    {
        wrong.Between(Eta, 2, 10, $"{path}.eta");
        wrong.Unless(First is null != At is null, path, "allowed: first or at, one of the two");
        wrong.Unless(First is null or >= 1, $"{path}.first", $"is {First}; allowed: 1 and above");
        wrong.Unless(At is null || (At.Count is >= 1 and <= AtMost && At[0] >= 1
            && At.Zip(At.Skip(1)).All(two => two.First < two.Second)), $"{path}.at",
            $"is {string.Join(", ", At ?? [])}; allowed: 1 to {AtMost} numbers of prompts, each above the one before");
    }
}

/// <summary>Where the trials of a search come from.</summary>
public enum SearchSampler
{
    /// <summary>Every combination of listed values, in order.</summary>
    Grid,

    /// <summary>Drawn, any point as likely as another.</summary>
    Random,

    /// <summary>A scrambled Sobol sequence: points that fill the space evenly.</summary>
    Sobol,

    /// <summary>The tree-structured Parzen estimator: more often where good trials were.</summary>
    Tpe,
}

/// <summary>How a search spares itself the end of bad trials.</summary>
public enum Stopping
{
    /// <summary>Every trial is trained to the end.</summary>
    None,

    /// <summary>A trial below the median of the others at its rung is stopped.</summary>
    Median,

    /// <summary>The best of each rung go on as soon as they are known: asynchronous successive halving.</summary>
    Asha,

    /// <summary>Successive halving in brackets that begin at different rungs.</summary>
    Hyperband,
}
