namespace ViSurf.Sdk;

/// <summary>What is measured, and which checkpoint is reported.</summary>
public sealed record EvaluateSpec
{
    /// <summary>The seed of the dev and test items: all experiments that are compared share it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether the test split is scored, or the dev split: tuning looks at dev only.</summary>
    public EvaluatedSplit Split { get; init; } = EvaluatedSplit.Test;

    /// <summary>Test items of each cell of the benchmark, and of each old task.</summary>
    public int Items { get; init; } = 512;

    /// <summary>Dev items of each cell, measured during training.</summary>
    public int DevItems { get; init; } = 64;

    /// <summary>The checkpoint whose scores are reported. Declared before the run, printed under the table.</summary>
    public CheckpointRule Checkpoint { get; init; } = CheckpointRule.Last;

    internal void Check(Mistakes wrong, string path)
    {
        wrong.AtLeast(Seed, 0, $"{path}.seed");
        wrong.Between(Items, 1, 1_000_000, $"{path}.items");
        wrong.Between(DevItems, 1, 1_000_000, $"{path}.devItems");
    }
}

/// <summary>Which checkpoint of a stage is reported.</summary>
public enum CheckpointRule
{
    /// <summary>The last one: nothing is selected.</summary>
    Last,
}

/// <summary>The pictures on which the end of an experiment is scored.</summary>
public enum EvaluatedSplit
{
    /// <summary>For reported scores.</summary>
    Test,

    /// <summary>For choosing settings.</summary>
    Dev,
}
