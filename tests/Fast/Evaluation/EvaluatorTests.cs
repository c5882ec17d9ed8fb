using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Policies;

namespace ViSurf.Tests.Fast.Evaluation;

public class EvaluatorTests
{
    private const int Examples = 5;

    [Fact]
    public void Every_rollout_is_an_outcome_of_its_example()
    {
        ItemScore[] scores = Score(new(16, Temperature: 1, Rollouts: 3));
        Assert.Equal(Examples * 3, scores.Length);
        Assert.All(scores.Chunk(3), same => Assert.Single(same.Select(score => score.Id).Distinct()));
        Assert.True(scores.Select(score => score.Output).Distinct().Count() > Examples);
    }

    [Fact]
    public void Draws_depend_on_the_seed_and_on_nothing_else()
    {
        Decoding decoding = new(16, Temperature: 1, Rollouts: 2);
        Assert.Equal(Score(decoding), Score(decoding));
        Assert.NotEqual(Score(decoding), Score(decoding with { Seed = 2 }));
    }

    [Fact]
    public void Greedy_decoding_draws_nothing() => Assert.Equal(Score(new(16)), Score(new(16, Seed: 9)));

    private static ItemScore[] Score(Decoding decoding)
    {
        using Policy policy = Nano.Policy();
        return new Evaluator(policy, decoding).Score(new MiniMixBenchmark(), PromptMode.Think, Nano.Examples(Examples), null,
            TestContext.Current.CancellationToken);
    }
}
