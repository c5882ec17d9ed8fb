using System.Diagnostics;
using ViSurf.Training.Model;
using ViSurf.Training.Planning;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;

namespace ViSurf.Bench.Sampling;

/// <summary>What drawing responses costs on one thread with a mid-size model, in processor time: a busy machine matters less.</summary>
internal sealed class MidSamplingBench(bool tiny) : IDisposable
{
    private const int Prompts = 64;
    private const int NewTokens = 64;
    private readonly MidModel mid = new();
    private readonly ProcessorClock clock = new();

    public SamplingReport Run()
    {
        int prompts = tiny ? 4 : Prompts;
        int newTokens = tiny ? 4 : NewTokens;
        int rounds = tiny ? 1 : 3;
        Case[] cases =
        [
            new("a prompt a row, copied", prompts, 1, false),
            new("a prompt a row, shared", prompts, 1, true),
            new("four rows a prompt, copied", prompts / 4, 4, false),
            new("four rows a prompt, shared", prompts / 4, 4, true),
        ];
        Dictionary<Case, List<Measured>> measured = cases.ToDictionary(one => one, _ => new List<Measured>());
        List<double> peaks = [];

        // The first round compiles. Then the cases take turns, so that what else the machine does falls on all.
        for (int round = 0; round <= rounds; round++)
        {
            double peak = ProcessorSpeed.Flops(clock);
            foreach (Case one in cases)
            {
                Measured now = Measure(one, newTokens);
                if (round > 0)
                {
                    measured[one].Add(now);
                }
            }

            peaks.Add(peak);
        }

        double best = peaks.Max();
        return new(prompts, newTokens, best / 1e9,
            cases.ToDictionary(one => one.Name, one => Summary(measured[one], best)), Process.GetCurrentProcess().PeakWorkingSet64 >> 20);
    }

    public void Dispose() => mid.Dispose();

    private static SampledCase Summary(List<Measured> rounds, double peak)
    {
        Measured median = rounds.OrderBy(round => round.TokensPerSecond).ElementAt(rounds.Count / 2);
        return new(median.TokensPerSecond, [.. rounds.Select(round => round.TokensPerSecond)], median.DecodePerSecond,
            median.DecodePerSecond * median.FlopsOfToken / peak, median.ReadSeconds, median.CacheBytes, median.AllocatedPerStep);
    }

    private Measured Measure(Case one, int newTokens)
    {
        using PromptBatch batch = mid.Batch(one.Prompts);
        (double read, _, _) = Sample(batch, one, 1);
        (double seconds, long allocated, Sampler sampler) = Sample(batch, one, newTokens);
        int rows = one.Prompts * one.GroupSize;
        return new(rows * newTokens / seconds, rows * (newTokens - 1) / (seconds - read),
            mid.FlopsOfToken(batch.Length + (newTokens / 2.0)), read, sampler.CacheBytes, allocated / Math.Max(1, sampler.Steps));
    }

    private (double Seconds, long Allocated, Sampler Sampler) Sample(PromptBatch batch, Case one, int newTokens)
    {
        Sampler sampler = new(mid.Model, new() { GroupSize = one.GroupSize, MaxTokens = newTokens, SharePrompts = one.Share });
        Draws[] streams = [.. Enumerable.Range(0, one.Prompts * one.GroupSize).Select(row => new Draws(1, "bench", row))];
        long before = GC.GetAllocatedBytesForCurrentThread();
        long started = clock.GetTimestamp();
        sampler.Sample(batch, streams);
        return (clock.GetElapsedTime(started).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before, sampler);
    }

    private sealed record Case(string Name, int Prompts, int GroupSize, bool Share);

    /// <param name="DecodePerSecond">Tokens a second, reading the prompts left out.</param>
    private sealed record Measured(
        double TokensPerSecond, double DecodePerSecond, double FlopsOfToken, double ReadSeconds, long CacheBytes, long AllocatedPerStep);
}
