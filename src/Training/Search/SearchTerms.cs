using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;

namespace ViSurf.Training.Search;

/// <summary>What a search goes by.</summary>
/// <param name="Rungs">The prompts of each rung, the end of training last.</param>
/// <param name="Seeds">Of each trial.</param>
/// <param name="HigherIsBetter">Of the measure.</param>
public sealed record SearchTerms(
    SearchSpec Spec, SearchSpace Space, IReadOnlyList<int> Rungs, IReadOnlyList<int> Seeds, bool HigherIsBetter)
{
    private const int ExperimentsMost = 10_000;

    /// <summary>The rung at the end of training.</summary>
    public int LastRung => Rungs.Count - 1;

    /// <summary>The most experiments that it makes, the base model's own not counted.</summary>
    public int ExperimentsAtMost => Spec.Trials * Seeds.Count * Rungs.Count;

    /// <summary>Reads the terms of a sweep that is a search.</summary>
    /// <exception cref="Fault">SpecInvalid, naming each field that is wrong.</exception>
    public static SearchTerms Of(SweepSpec spec)
    {
        SearchSpace space = SearchSpace.Of(spec);
        SearchSpec search = spec.Search!;
        ExperimentSpec[] ends = [.. space.Ends().Select(end => space.Cell(end, spec.Seeds[0]).Spec)];
        bool higherIsBetter = HigherIsBetterOf(search, ends[0]);
        int[] prompts = search.Rungs is null ? [0] : [.. ends.Select(end => TrainOf(end).Prompts).Distinct()];
        Fault.Unless(prompts.Length == 1, FaultCode.SpecInvalid, "search.rungs",
            $"are counted in prompts, and trainings have {string.Join(" or ", prompts)}; allowed: methods with as many prompts");
        IReadOnlyList<int> rungs = search.Rungs?.Of(prompts[0]) ?? [0];
        Fault.Unless(search.Rungs is null || rungs.Count > 1, FaultCode.SpecInvalid, "search.rungs",
            $"begin at the end of the training, which has {prompts[0]} prompts; allowed: a first one before it");
        long experiments = (long)search.Trials * spec.Seeds.Count * rungs.Count;
        Fault.Unless(experiments <= ExperimentsMost, FaultCode.SpecInvalid, "search.trials",
            $"times seeds and rungs make {experiments} experiments; allowed: up to {ExperimentsMost}");
        return new(search, space, rungs, spec.Seeds, higherIsBetter);
    }

    /// <summary>The measure that trials are ranked by.</summary>
    /// <exception cref="Fault">SpecInvalid: the benchmark has no such measure, or neither more nor less of it is better.</exception>
    internal static Measure MeasureOf(SearchSpec search, string benchmark)
    {
        Benchmarks.Benchmark measured = Catalogs.Benchmarks.Make(benchmark, "data.benchmark");
        Measure[] all = [.. Measure.For(measured), .. Measure.ForRetention(measured)];
        Measure found = ColumnChoice.Find(all, one => one.Name, one => one.Title, search.Measure, "search.measure");
        Fault.Unless(found.HigherIsBetter is not null, FaultCode.SpecInvalid, "search.measure",
            $"is '{search.Measure}', of which neither more nor less is better");
        return found;
    }

    /// <summary>A score of which more is better.</summary>
    public double Worth(double score) => HigherIsBetter ? score : -score;

    /// <summary>A trial's worth at a rung where it is scored.</summary>
    public double Worth(TrialRung rung) => Worth(rung.Mean);

    /// <summary>The experiments of a trial at a rung that it was sent to, one a seed: trained up to there, by way of its rungs before.
    /// </summary>
    /// <exception cref="Fault">SpecInvalid: a field is out of range there.</exception>
    public IReadOnlyList<SweepCell> Cells(SearchTrial trial, int rung) => [.. Seeds.Select(seed =>
    {
        SweepCell cell = Space.Cell(trial.Point, seed);
        if (Spec.Rungs is null)
        {
            return cell;
        }

        string label = RowOf(trial, rung);
        List<int> steps = [];
        foreach (TrialRung before in trial.Rungs.Where(one => one.Rung <= rung))
        {
            int perStep = TrainOf(cell.Spec).PromptsPerStep;
            steps.Add(Math.Max((Rungs[before.Rung] + perStep - 1) / perStep, steps.LastOrDefault() + 1));
        }

        string name = cell.Spec.Name.Replace($"/{trial.Label}/{seed}", $"/{label}/{seed}", StringComparison.Ordinal);
        return cell with { Row = label, Spec = cell.Spec with { Name = name, Rungs = steps } };
    })];

    /// <summary>What a trial's experiments at a rung are called.</summary>
    public string RowOf(SearchTrial trial, int rung) => rung == LastRung ? trial.Label : $"{trial.Label} at {Rungs[rung]}";

    private static bool HigherIsBetterOf(SearchSpec search, ExperimentSpec spec) =>
        MeasureOf(search, spec.Data.Benchmark).HigherIsBetter!.Value;

    private static TrainSpec TrainOf(ExperimentSpec spec)
    {
        IReadOnlyList<string> stages = MethodTable.StagesOf(spec.Method.Name, "method.name");
        Fault.Unless(stages.Count == 1, FaultCode.SpecInvalid, "search.rungs",
            $"cut '{spec.Method.Name}', which has {stages.Count} training stages; allowed: methods that have one, or stopping: none");
        return Catalogs.Methods.Make(stages[0], "method.name").Settings(spec);
    }
}
