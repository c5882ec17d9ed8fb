using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Data;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Policies;

namespace ViSurf.Tests.Golden;

/// <summary>The shipped base model can what models/README.md says, and no more.</summary>
public class BaseModelTests
{
    private const int Items = 128;

    // Another processor rounds differently and may answer a few items otherwise.
    private const double Tolerance = 0.03;

    private static readonly string Folder = Repository.File("models", "tiny-base");
    private static readonly Atlas Atlas = new(Repository.File("data", "objects"));

    [Theory]
    [InlineData("mini-find", 0.9375, 0.8125)]
    [InlineData("mini-point", 0.8984, 0.7813)]
    [InlineData("mini-name", 0.9531, 0.9375)]
    [InlineData("mini-count", 0.9844, 0.9766)]
    public void The_base_knows_the_old_tasks_with_and_without_a_thought(string name, double think, double direct)
    {
        Assert.Equal(think, Score(name, PromptMode.Think).Average(score => score.Score), Tolerance);
        Assert.Equal(direct, Score(name, PromptMode.Direct).Average(score => score.Score), Tolerance);
    }

    [Fact]
    public void The_base_never_says_that_a_thing_is_not_there()
    {
        ItemScore[] scores = Score("mini-mix", PromptMode.Think);
        Assert.Equal(0, scores.Where(score => score.Cell.EndsWith("absent", StringComparison.Ordinal)).Sum(score => score.Score));
        Assert.All(scores, score => Assert.DoesNotContain("[]", score.Output, StringComparison.Ordinal));
        Assert.InRange(new MiniMixBenchmark().Metrics.Single(metric => metric.Name == "auroc").Of(scores), 0.35, 0.65); // nor knows it
    }

    [Fact]
    public void The_readme_names_the_weights_that_ship() => Assert.Contains(FileHash.Of(Path.Combine(Folder, "model.safetensors")),
        File.ReadAllText(Repository.File("models", "README.md")), StringComparison.Ordinal);

    private static ItemScore[] Score(string name, PromptMode mode)
    {
        Benchmark benchmark = Catalogs.Benchmarks.Make(name, "name");
        using Policy policy = Policy.Load(Folder);
        return new Evaluator(policy, new(32)).Score(benchmark, mode, new DrawnExamples(benchmark, Atlas, Split.Dev, 5, Items), null,
            TestContext.Current.CancellationToken);
    }
}
