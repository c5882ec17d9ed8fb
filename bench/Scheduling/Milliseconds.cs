namespace ViSurf.Bench.Scheduling;

/// <summary>Latencies of one kind, in milliseconds.</summary>
internal sealed record Milliseconds(double P50, double P99, double Worst)
{
    public static Milliseconds Of(IEnumerable<double> measured)
    {
        double[] sorted = [.. measured.Order()];
        return new(sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100], sorted[^1]);
    }

    public override string ToString() => $"p50 {P50:0.00} ms, p99 {P99:0.00} ms, worst {Worst:0.0} ms";
}
