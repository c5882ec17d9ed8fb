using System.Diagnostics;
using System.Text.Json;
using ViSurf.Bench.Memory;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Optimisation;
using ViSurf.Training.Planning;

namespace ViSurf.Bench.Training;

/// <summary>One way to make a step.</summary>
/// <param name="TokensPerSecond">Tokens of prompts and labels; the median of the rounds.</param>
/// <param name="ShareOfPeak">Matrix products of the step's passes a second, against products of the same shapes in the same run.</param>
/// <param name="AllocatedPerStep">Managed bytes.</param>
internal sealed record TrainedCase(
    double TokensPerSecond, IReadOnlyList<double> Seconds, double Gigaflops, double ShareOfPeak, long AllocatedPerStep);

/// <summary>What was measured on one thread.</summary>
internal sealed record TrainingReport(double PeakGigaflops, IReadOnlyDictionary<string, TrainedCase> Cases, long PeakMebibytes) : IReport
{
    public string Json() => JsonSerializer.Serialize(this, SpecJson.Options);

    public string Text() => string.Join('\n',
    [
        $"matrix products at the step's shapes: {PeakGigaflops:0} GFLOP/s; process at most {PeakMebibytes} MiB",
        .. Cases.Select(one => $"{one.Key}: {one.Value.TokensPerSecond:0} tokens/s, {one.Value.Gigaflops:0} GFLOP/s = "
            + $"{one.Value.ShareOfPeak:P0} of the peak, {one.Value.AllocatedPerStep / 1024.0:0} KiB allocated a step"),
    ]);
}

/// <summary>A training step of the mid-size model on one thread, against the machine's own matrix products.</summary>
internal sealed class TrainingBench(TimeProvider clock)
{
    private static readonly (string Name, ModelSpec Model, RlSpec Train, int Passes, int VisionPasses)[] Cases =
    [
        ("plain", new() { Path = "mid" }, new() { ClipNorm = 0 }, 3, 3),
        ("recompute", new() { Path = "mid" }, new() { ClipNorm = 0, Recompute = true }, 4, 4),
        ("lora", new() { Path = "mid", Lora = new() }, new() { ClipNorm = 0 }, 2, 1), // no gradient goes to the vision tower
    ];

    public TrainingReport Run(bool isTiny)
    {
        int rounds = isTiny ? 1 : 5;
        double peak = Enumerable.Range(0, rounds).Max(_ => Peak());
        Dictionary<string, TrainedCase> measured = Cases.ToDictionary(one => one.Name, one => Measure(one, rounds, peak));
        return new(peak / 1e9, measured, Process.GetCurrentProcess().PeakWorkingSet64 >> 20);
    }

    private TrainedCase Measure((string Name, ModelSpec Model, RlSpec Train, int Passes, int VisionPasses) one, int rounds, double peak)
    {
        using MidTraining training = new(one.Model, one.Train);
        using AdamW optimiser = new(training.Trained, one.Train, seed: 1);
        Step(training, optimiser); // compiles, and finds its memory
        long before = GC.GetAllocatedBytesForCurrentThread();
        double[] seconds = [.. Enumerable.Range(0, rounds).Select(_ => Step(training, optimiser))];
        long allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;
        double median = seconds.Order().ElementAt(rounds / 2);
        ModelFlops products = new(training.Model.Config);
        double flops = ((one.Passes * Text(products)) + (one.VisionPasses * Vision(products))) / median;
        int tokens = MidTraining.Prompts * (MidTraining.PromptTokens + MidTraining.LabelTokens);
        return new(tokens / median, seconds, flops / 1e9, flops / peak, allocated);
    }

    private double Step(MidTraining training, AdamW optimiser)
    {
        long started = clock.GetTimestamp();
        training.Backward();
        optimiser.Step(1e-4);
        return clock.GetElapsedTime(started).TotalSeconds;
    }

    private static double Text(ModelFlops products)
    {
        (int prompt, int label) = (MidTraining.PromptTokens, MidTraining.LabelTokens);
        return MidTraining.Prompts * (products.Decoder(prompt, prompt) + products.Decoder(label - 1, prompt + label - 1)
            + products.Head(label));
    }

    private static double Vision(ModelFlops products) => MidTraining.Prompts * products.Vision(MidTraining.Patches);

    // The decoder's two kinds of products on all prompts: width by width, and width by inner width.
    private double Peak()
    {
        ModelConfig config = MidPrompts.Config();
        long rows = MidTraining.Prompts * (long)MidTraining.PromptTokens;
        return Math.Max(ProcessorSpeed.Flops(clock, rows, config.HiddenSize, config.HiddenSize),
            ProcessorSpeed.Flops(clock, rows, config.HiddenSize, config.IntermediateSize));
    }
}
