using System.Text.Json;
using ViSurf.Sdk;

namespace ViSurf.Bench.Sampling;

/// <param name="TokensPerSecond">Of processor time on one thread, reading the prompts included; the median of the rounds.</param>
/// <param name="DecodePerSecond">The same without reading the prompts.</param>
/// <param name="ShareOfPeak">FLOP/s of that, against a product of large matrices in the same run.</param>
/// <param name="ReadSeconds">Reading the prompts, with the first token.</param>
/// <param name="CacheBytes">Keys and values held, at most.</param>
/// <param name="AllocatedPerStep">Managed bytes a step of all rows.</param>
internal sealed record SampledCase(
    double TokensPerSecond,
    IReadOnlyList<double> Rounds,
    double DecodePerSecond,
    double ShareOfPeak,
    double ReadSeconds,
    long CacheBytes,
    long AllocatedPerStep);

/// <summary>What was measured, by case.</summary>
/// <param name="PeakMebibytes">Of the whole process, all cases.</param>
internal sealed record SamplingReport(
    int Rows, int NewTokens, double PeakGigaflops, IReadOnlyDictionary<string, SampledCase> Cases, long PeakMebibytes) : IReport
{
    public string Json() => JsonSerializer.Serialize(this, SpecJson.Options);

    public string Text() => string.Join('\n',
    [
        $"{Rows} rows of {NewTokens} tokens; a product of large matrices: {PeakGigaflops:0} GFLOP/s; process at most {PeakMebibytes} MiB",
        .. Cases.Select(one => $"{one.Key}: {one.Value.TokensPerSecond:0} tokens/s, decode {one.Value.DecodePerSecond:0} tokens/s = "
            + $"{one.Value.ShareOfPeak:P0} of the peak, reading {one.Value.ReadSeconds:0.00} s, cache "
            + $"{one.Value.CacheBytes / 1048576.0:0.0} MiB, {one.Value.AllocatedPerStep / 1024.0:0} KiB allocated a step"),
    ]);
}
