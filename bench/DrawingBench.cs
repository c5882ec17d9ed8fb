using BenchmarkDotNet.Attributes;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Pictures;

namespace ViSurf.Bench;

/// <summary>Pictures of mini-mix on one thread. Training takes about 200 a second.</summary>
public class DrawingBench
{
    private readonly Atlas atlas = new(Assets.Objects);
    private readonly MiniMixBenchmark benchmark = new();
    private int index;

    [Benchmark(Baseline = true)]
    public Example Draw() => benchmark.Draw(atlas, Split.Train, 1, index++);

    [Benchmark]
    public byte[] DrawAndWritePng() => PictureFile.EncodePng(Draw().Picture);
}
