using System.Globalization;
using ViSurf.Sdk;
using ViSurf.Training.Methods;
using ViSurf.Training.Optimisation;
using ViSurf.Training.Planning;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Bench.Memory;

/// <summary>One training step in this process, and the memory that it takes.</summary>
internal sealed class MemoryStep(MemorySetting setting, TimeProvider clock) : IDisposable
{
    private const double Mebibyte = 1 << 20;
    private readonly MidTraining training = new(setting.Model, setting.Train, setting.Vocabulary);

    /// <summary>Makes the step; writes the gradient's first moments to a file.</summary>
    public MemoryMeasure Run(string gradientFile)
    {
        double baseline = Status("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5"); // forgets the peak of what was before
        long started = clock.GetTimestamp();
        using AdamW optimiser = new(training.Trained, setting.Train, seed: 1);
        training.Backward();
        optimiser.Step(1e-4);
        double seconds = clock.GetElapsedTime(started).TotalSeconds;
        double peak = Status("VmHWM");
        SafetensorsWriter.Write(gradientFile,
            optimiser.State.Where(pair => pair.Key.StartsWith("exp_avg.", StringComparison.Ordinal)));
        return new(setting.Name, baseline, peak - baseline, Planned(), seconds, null);
    }

    public void Dispose() => training.Dispose();

    // What the plan says without having seen the model: what comes on top of the weights.
    private double Planned()
    {
        StageSettings stage = new()
        {
            Method = new SftMethod(),
            Spec = new() { Name = "sft", MaxTokens = MidTraining.LabelTokens },
            Train = setting.Train,
            Benchmark = null!, // read by nothing that is planned
            Prompt = PromptMode.Direct,
            Seed = 1,
        };
        PromptShape prompt = new(MidTraining.PromptTokens, MidTraining.Patches);
        MemoryPlan plan = MemoryPlan.Of("sft", training.Model.Config, setting.Model, stage, prompt);
        // The weights are there before the step, and it writes no checkpoint.
        long others = plan.Standing.Where(part => part.Name is "weights" or "checkpoint").Sum(part => part.Bytes);
        return (plan.Peak - others) / Mebibyte;
    }

    /// <summary>MiB by the kernel's count.</summary>
    private static double Status(string field) => double.Parse(File.ReadLines("/proc/self/status")
        .First(line => line.StartsWith(field + ":", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
}
