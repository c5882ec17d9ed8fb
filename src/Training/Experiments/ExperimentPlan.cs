using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Data;
using ViSurf.Training.Geometry;
using ViSurf.Training.Methods;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Experiments;

/// <summary>A spec made ready to run: its stages with their keys. Making it finds every mistake that can be found without
/// training.</summary>
public sealed class ExperimentPlan
{
    private readonly Atlas atlas;
    private readonly ExampleSource train;
    private readonly ExampleSource dev;

    /// <param name="isPreview">Nothing will run: the benchmark may be one that is only declared.</param>
    /// <exception cref="Fault">SpecInvalid, NotFound or FileDamaged, naming the field or file.</exception>
    public ExperimentPlan(ExperimentSpec spec, Atlas atlas, bool isPreview = false)
    {
        Spec = spec.Checked();
        this.atlas = atlas;
        ModelFolder = Assets.Find(spec.Model.Path);
        Benchmark? named = null;
        Fault.Together(
            () => MethodTable.StagesOf(spec.Method.Name, "method.name"),
            () => named = MakeBenchmark(spec, isPreview),
            () => Fault.Unless(
                Directory.Exists(ModelFolder), FaultCode.NotFound, "model.path", $"'{spec.Model.Path}' is no folder"));
        Benchmark = named!;
        Frame = FrameOf(spec.Data.Frame);
        train = spec.Data.File is null
            ? new DrawnExamples(Benchmark, atlas, Split.Train, spec.Seed, spec.Data.Labels)
            : ParquetData.Read(spec.Data.File, Benchmark, spec.Data.BadRows);
        dev = new DrawnExamples(Benchmark, atlas, Split.Dev, spec.Evaluate.Seed, spec.Evaluate.DevItems * Benchmark.Cells.Count);
        Stages = PlanStages();
        Measurements = MeasurementTask.Of(spec);
    }

    public ExperimentSpec Spec { get; }

    public Benchmark Benchmark { get; }

    /// <summary>The model before any training.</summary>
    public string ModelFolder { get; }

    /// <summary>The frame of the training examples' coordinates; null is each picture's own pixels.</summary>
    public Frame? Frame { get; }

    /// <summary>The training stages, in order.</summary>
    public IReadOnlyList<PlannedStage> Stages { get; }

    /// <summary>The measurements after training.</summary>
    public IReadOnlyList<MeasurementTask> Measurements { get; }

    /// <summary>The key of the evaluation after the last stage.</summary>
    public string EvaluationKey =>
        Experiments.EvaluationKey.Of(Stages.Count == 0 ? Model.ModelFolder.Identity(ModelFolder) : Stages[^1].Key, train.Identity, this);

    /// <summary>What a stage's run needs.</summary>
    /// <param name="startWeights">What the stage before left; null for the first.</param>
    /// <param name="checkpoint">Reads the last checkpoint of the stage before; asked where this one branches from it.</param>
    public StageWork Work(int stage, string? startWeights, Func<StoredCheckpoint>? checkpoint = null) => Stages[stage].TrunkKey is { } trunk
        ? new(Stages[stage].Key, Spec, Stages[stage].Settings, ModelFolder, null, train, dev) { Trunk = new(trunk, checkpoint!) }
        : new(Stages[stage].Key, Spec, Stages[stage].Settings, ModelFolder, startWeights, train, dev);

    /// <summary>The items of a measurement.</summary>
    public ExampleSource Items(MeasurementTask task) =>
        new DrawnExamples(Catalogs.Benchmarks.Make(task.Benchmark, "data.benchmark"), atlas, task.Split, task.Seed, task.Items);

    /// <summary>The first examples of training: what was learnt by heart shows there.</summary>
    public ExampleSource TrainedItems() => new FirstExamples(train, Spec.Evaluate.Items);

    /// <summary>Reads the spelling of a frame: "image" or the side of a square.</summary>
    public static Frame? FrameOf(string frame) => frame == "image" ? null : new(int.Parse(frame), int.Parse(frame));

    private static Benchmark MakeBenchmark(ExperimentSpec spec, bool isPreview)
    {
        Benchmark benchmark = Catalogs.Benchmarks.Make(spec.Data.Benchmark, "data.benchmark");
        if (!isPreview)
        {
            DeclaredBenchmark.Refuse(benchmark, "data.benchmark");
        }

        return benchmark;
    }

    private List<PlannedStage> PlanStages()
    {
        List<PlannedStage> stages = [];
        string start = Model.ModelFolder.Identity(ModelFolder);
        foreach (string name in MethodTable.StagesOf(Spec.Method.Name, "method.name"))
        {
            StageSettings settings = Settings(name, Spec);
            string key = StageKey.Of(start, train.Identity, settings);
            stages.Add(new(name, key, settings));
            start = key;
        }

        return Spec switch
        {
            { Branch: { } branch } => Branched(stages, branch),
            { Rungs: { } rungs } => Cut(stages, rungs),
            _ => stages,
        };
    }

    // A chain of trunks, the whole training itself where it is all of it.
    private List<PlannedStage> Cut(List<PlannedStage> stages, IReadOnlyList<int> rungs)
    {
        Fault.Unless(stages.Count == 1, FaultCode.SpecInvalid, "rungs",
            $"cut '{Spec.Method.Name}', which has {stages.Count} training stages; allowed: methods that have one");
        PlannedStage whole = stages[0];
        int steps = whole.Settings.Steps;
        Fault.Unless(rungs[^1] <= steps, FaultCode.SpecInvalid, "rungs",
            $"end at step {rungs[^1]}; allowed: up to {steps}, where the training ends");
        List<PlannedStage> chain = [];
        foreach (int until in rungs)
        {
            StageSettings settings = whole.Settings with { Until = until == steps ? null : until };
            chain.Add(chain switch
            {
                [] when until == steps => whole,
                [] => new(whole.Name, StageKey.Until(whole.Key, until), settings),
                [.., PlannedStage before] => new(whole.Name, StageKey.After(whole.Key, before.Key, until),
                    settings with { From = before.Settings.End }, before.Key),
            });
        }

        return chain;
    }

    private List<PlannedStage> Branched(List<PlannedStage> stages, BranchSpec branch)
    {
        Fault.Unless(stages.Count == 1, FaultCode.SpecInvalid, "branch",
            $"'{Spec.Method.Name}' has {stages.Count} training stages; allowed: methods that have one");
        PlannedStage whole = stages[0];
        StageSettings after = Settings(whole.Name, Spec.AfterBranch());
        int least = Math.Min(whole.Settings.Steps, after.Steps);
        Fault.Unless(branch.AtStep < least, FaultCode.SpecInvalid, "branch.atStep",
            $"is {branch.AtStep}; allowed: 1 to {least - 1}, as the training has {least} steps");
        PlannedStage trunk = whole with
        {
            Key = StageKey.Until(whole.Key, branch.AtStep),
            Settings = whole.Settings with { Until = branch.AtStep },
        };
        return [trunk, new(whole.Name, StageKey.Of(trunk.Key, train.Identity, after), after with { From = branch.AtStep }, trunk.Key)];
    }

    private StageSettings Settings(string stage, ExperimentSpec spec)
    {
        Method method = Catalogs.Methods.Make(stage, "method.name");
        ModelSpec held = spec.Model with { Path = "" };
        return new()
        {
            Method = method,
            Spec = method.Reads(spec.Method with { Name = stage }),
            Train = method.Settings(spec),
            Benchmark = Benchmark,
            Prompt = spec.Data.Prompt,
            Frame = Frame,
            Seed = spec.Seed,
            Model = held == new ModelSpec { Path = "" } ? null : held,
        };
    }
}

/// <summary>A training stage of a plan.</summary>
/// <param name="TrunkKey">The stage that it branches from, which is the one before it; null where it begins at step 0.</param>
public sealed record PlannedStage(string Name, string Key, StageSettings Settings, string? TrunkKey = null);
