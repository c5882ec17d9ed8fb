using ViSurf.Training.Benchmarks;

namespace ViSurf.Training.Data;

/// <summary>The labelled examples of post-training, by index.</summary>
public abstract class ExampleSource
{
    /// <summary>How many different ones there are (N).</summary>
    public abstract int Count { get; }

    /// <summary>The example at an index; the same index gives the same one.</summary>
    public abstract Example At(int index);

    /// <summary>What tells this source's content from another's.</summary>
    public abstract string Identity { get; }
}

/// <summary>Examples drawn by a benchmark when they are needed.</summary>
public sealed class DrawnExamples(Benchmark benchmark, Atlas atlas, Split split, long seed, int count) : ExampleSource
{
    public override int Count => count;

    public override string Identity => $"{benchmark.BenchmarkName}/{split}/seed {seed}/{count}";

    public override Example At(int index) => benchmark.Draw(atlas, split, seed, index);
}

/// <summary>Examples held in memory.</summary>
public sealed class HeldExamples(IReadOnlyList<Example> examples, string identity) : ExampleSource
{
    public override int Count => examples.Count;

    public override string Identity => identity;

    public override Example At(int index) => examples[index];
}

/// <summary>The first examples of a source.</summary>
public sealed class FirstExamples(ExampleSource source, int count) : ExampleSource
{
    public override int Count => Math.Min(count, source.Count);

    public override string Identity => $"{source.Identity}/first {Count}";

    public override Example At(int index) => source.At(index);
}
