using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
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

    /// <exception cref="Fault">SpecInvalid, NotFound or FileDamaged, naming the field or file.</exception>
    public ExperimentPlan(ExperimentSpec spec, Atlas atlas)
    {
        Spec = spec.Checked();
        this.atlas = atlas;
        Benchmark = Catalogs.Benchmarks.Make(spec.Data.Benchmark, "data.benchmark");
        ModelFolder = Assets.Find(spec.Model.Path);
        Fault.Unless(Directory.Exists(ModelFolder), FaultCode.NotFound, "model.path", $"'{spec.Model.Path}' is no folder");
        Frame = FrameOf(spec.Data.Frame);
        train = spec.Data.File is null
            ? new DrawnExamples(Benchmark, atlas, Split.Train, spec.Seed, spec.Data.Labels)
            : ParquetData.Read(spec.Data.File);
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
    public StageWork Work(int stage, string? startWeights) =>
        new(Stages[stage].Key, Spec, Stages[stage].Settings, ModelFolder, startWeights, train, dev);

    /// <summary>The items of a measurement.</summary>
    public ExampleSource Items(MeasurementTask task) =>
        new DrawnExamples(Catalogs.Benchmarks.Make(task.Benchmark, "data.benchmark"), atlas, task.Split, task.Seed, task.Items);

    /// <summary>The first examples of training: what was learnt by heart shows there.</summary>
    public ExampleSource TrainedItems() => new FirstExamples(train, Spec.Evaluate.Items);

    /// <summary>Reads the spelling of a frame: "image" or the side of a square.</summary>
    public static Frame? FrameOf(string frame) => frame == "image" ? null : new(int.Parse(frame), int.Parse(frame));

    private List<PlannedStage> PlanStages()
    {
        List<PlannedStage> stages = [];
        string start = Model.ModelFolder.Identity(ModelFolder);
        foreach (string name in MethodTable.StagesOf(Spec.Method.Name, "method.name"))
        {
            Method method = Catalogs.Methods.Make(name, "method.name");
            StageSettings settings = new()
            {
                Method = method,
                Spec = method.Reads(Spec.Method with { Name = name }),
                Train = method.Settings(Spec),
                Benchmark = Benchmark,
                Prompt = Spec.Data.Prompt,
                Frame = Frame,
                Seed = Spec.Seed,
            };
            string key = StageKey.Of(start, train.Identity, settings);
            stages.Add(new(name, key, settings));
            start = key;
        }

        return stages;
    }
}

/// <summary>A training stage of a plan.</summary>
public sealed record PlannedStage(string Name, string Key, StageSettings Settings);
