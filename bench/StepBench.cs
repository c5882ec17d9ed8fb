using BenchmarkDotNet.Attributes;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;

namespace ViSurf.Bench;

/// <summary>A training step of each method with the shipped base and the demo's batch, against RLVR's.</summary>
public class StepBench : IDisposable
{
    private readonly Atlas atlas = new(Assets.Objects);
    private Policy? policy;
    private StageTrainer? trainer;
    private int step;

    [GlobalSetup(Target = nameof(Sft))]
    public void SetUpSft() => SetUp("sft");

    [GlobalSetup(Target = nameof(Rlvr))]
    public void SetUpRlvr() => SetUp("rlvr");

    [GlobalSetup(Target = nameof(ViSurf))]
    public void SetUpViSurf() => SetUp("visurf");

    [GlobalCleanup]
    public void Dispose()
    {
        trainer?.Dispose();
        policy?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public StepRecord Sft() => trainer!.Step(step++);

    [Benchmark(Baseline = true)]
    public StepRecord Rlvr() => trainer!.Step(step++);

    [Benchmark]
    public StepRecord ViSurf() => trainer!.Step(step++);

    private void SetUp(string method)
    {
        // The rate is tiny, so that responses keep the base's length.
        ExperimentSpec spec = new()
        {
            Name = "bench",
            Model = new() { Path = "models/tiny-base" },
            Data = new() { Benchmark = "mini-mix" },
            Method = new() { Name = method },
            Sft = new() { LearningRate = 1e-9 },
            Rl = new() { LearningRate = 1e-9 },
        };
        ExperimentPlan plan = new(spec, atlas);
        policy = Policy.Load(plan.ModelFolder);
        trainer = new(policy, null, plan.Stages[0].Settings, new DrawnExamples(plan.Benchmark, atlas, Split.Train, 1, 10_240));
        step = 0;
    }
}
