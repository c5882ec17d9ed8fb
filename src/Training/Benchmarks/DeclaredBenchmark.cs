using System.Diagnostics.CodeAnalysis;
using ViSurf.Sdk;
using ViSurf.Training.Answers;

namespace ViSurf.Training.Benchmarks;

/// <summary>A benchmark of the paper whose sizes are known and whose data nothing here reads yet: it can be planned with.</summary>
public abstract class DeclaredBenchmark : Benchmark
{
    /// <summary>The lineage's pictures, 840 x 840 pixels, and its longest prompt (docs/benchmarks.md).</summary>
    public override DeclaredSize? Declared => new(840, 1_300);

    public override IReadOnlyList<string> Cells => ["all"];

    public override IReadOnlyList<string> Rewards => Missing<IReadOnlyList<string>>();

    public override IReadOnlyList<Metric> Metrics => Missing<IReadOnlyList<Metric>>();

    public override string Instruction(string problem) => Missing<string>();

    public override bool IsRight(ParsedResponse response, Truth truth) => Missing<bool>();

    public override Example Draw(Atlas atlas, Split split, long seed, int index) => Missing<Example>();

    /// <exception cref="Fault">SpecInvalid, for any benchmark that is only declared.</exception>
    public static void Refuse(Benchmark benchmark, string path) => Fault.Unless(benchmark.Declared is null, FaultCode.SpecInvalid, path,
        $"'{benchmark.BenchmarkName}' has no adapter, which would read its data, reward and measure; "
        + "it can be planned with, and nothing else");

    [DoesNotReturn]
    private T Missing<T>()
    {
        Refuse(this, "data.benchmark");
        throw new InvalidOperationException($"{BenchmarkName} is not only declared");
    }
}

/// <summary>What a plan needs to know of a benchmark that cannot be drawn.</summary>
/// <param name="Side">Of its square pictures, in pixels.</param>
/// <param name="PromptTokens">Of the longest prompt, picture included.</param>
public sealed record DeclaredSize(int Side, int PromptTokens);

/// <summary>Segmentation by reference, where nothing may fit.</summary>
[Named("grefcoco", Source = "arXiv:2510.10606, sec. 4; gRefCOCO: arXiv:2306.00968")]
public sealed class GRefCocoBenchmark : DeclaredBenchmark;

/// <summary>Segmentation of what a sentence implies.</summary>
[Named("reasonseg", Source = "arXiv:2510.10606, sec. 4; ReasonSeg: arXiv:2308.00692")]
public sealed class ReasonSegBenchmark : DeclaredBenchmark;

/// <summary>Finding the control of a screen.</summary>
[Named("omniact", Source = "arXiv:2510.10606, sec. 4; OmniACT: arXiv:2402.17553")]
public sealed class OmniActBenchmark : DeclaredBenchmark;

/// <summary>Defects of industrial parts.</summary>
[Named("realiad", Source = "arXiv:2510.10606, sec. 4; Real-IAD: arXiv:2403.12580")]
public sealed class RealIadBenchmark : DeclaredBenchmark;

/// <summary>Lesions of the skin.</summary>
[Named("isic2018", Source = "arXiv:2510.10606, sec. 4; ISIC 2018: arXiv:1902.03368")]
public sealed class Isic2018Benchmark : DeclaredBenchmark;

/// <summary>Mathematics with pictures.</summary>
[Named("mathvista", Source = "arXiv:2510.10606, sec. 4; MathVista: arXiv:2310.02255")]
public sealed class MathVistaBenchmark : DeclaredBenchmark;
