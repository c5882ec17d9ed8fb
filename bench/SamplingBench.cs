using BenchmarkDotNet.Attributes;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;

namespace ViSurf.Bench;

/// <summary>128 rollouts: the prompt prefilled once for its eight rollouts, against once for each, its keys shared, and half of the
/// rows at a time.</summary>
public class SamplingBench : IDisposable
{
    private const int Prompts = 16;
    private const int GroupSize = 8;
    private readonly Policy policy = Policy.Load(Assets.Find("models/tiny-base"));
    private Prompt[] prompts = [];

    [GlobalSetup]
    public void Draw()
    {
        Atlas atlas = new(Assets.Objects);
        MiniMixBenchmark benchmark = new();
        prompts = [.. Enumerable.Range(0, Prompts)
            .Select(i => policy.Prepare(benchmark.Draw(atlas, Split.Train, 1, i), benchmark, PromptMode.Think))];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        policy.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public Response[] PrefilledOncePerGroup() => Sample(prompts, GroupSize);

    [Benchmark]
    public Response[] PrefilledOncePerGroupAndShared() => Sample(prompts, GroupSize, share: true);

    [Benchmark]
    public Response[] PrefilledOncePerGroupHalfOfTheRowsAtATime() => Sample(prompts, GroupSize, rows: Prompts * GroupSize / 2);

    [Benchmark]
    public Response[] PrefilledOncePerRollout() => Sample([.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt, GroupSize))], 1);

    private Response[] Sample(Prompt[] asked, int groupSize, bool share = false, int rows = 0)
    {
        using PromptBatch batch = policy.Batch(asked);
        Sampler sampler = new(policy.Model,
            new()
            {
                GroupSize = groupSize,
                MaxTokens = 64,
                End = policy.End,
                Banned = policy.Banned,
                SharePrompts = share,
                Rows = rows,
            });
        return sampler.Sample(batch, [.. Enumerable.Range(0, Prompts * GroupSize).Select(row => new Draws(1, "bench", row))]);
    }
}
