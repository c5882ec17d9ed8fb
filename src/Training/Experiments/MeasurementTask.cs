using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;

namespace ViSurf.Training.Experiments;

/// <summary>One measurement of a model: on these items, with this prompt.</summary>
/// <param name="Role">What it is for in a report.</param>
public sealed record MeasurementTask(MeasurementRole Role, string Benchmark, PromptMode Prompt, Split Split, int Seed, int Items)
{
    /// <summary>All measurements at the end of an experiment.</summary>
    public static IReadOnlyList<MeasurementTask> Of(ExperimentSpec spec)
    {
        Benchmark benchmark = Catalogs.Benchmarks.Make(spec.Data.Benchmark, "data.benchmark");
        Split split = spec.Evaluate.Split == EvaluatedSplit.Dev ? Split.Dev : Split.Test;
        MeasurementTask Make(MeasurementRole role, string name, PromptMode mode) => new(role, name, mode, split, spec.Evaluate.Seed,
            spec.Evaluate.Items * Catalogs.Benchmarks.Make(name, "data.benchmark").Cells.Count);
        return
        [
            Make(MeasurementRole.Task, spec.Data.Benchmark, spec.Data.Prompt),
            .. benchmark.Transfer.Select(name => Make(MeasurementRole.Transfer, name, spec.Data.Prompt)),
            .. benchmark.Retention
                .SelectMany(name => Enum.GetValues<PromptMode>().Select(mode => Make(MeasurementRole.Retention, name, mode))),
        ];
    }
}

/// <summary>What a measurement is for.</summary>
public enum MeasurementRole
{
    /// <summary>The task that was trained.</summary>
    Task,

    /// <summary>The same task on other pictures.</summary>
    Transfer,

    /// <summary>A task the base model knew before.</summary>
    Retention,

    /// <summary>The task on the examples that were trained on.</summary>
    Trained,
}
