using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;

namespace ViSurf.Tests.Fast.Sampling;

public class SamplerTests
{
    private const int GroupSize = 64;

    [Fact]
    public void The_same_seeds_draw_the_same_responses_and_rows_differ()
    {
        Response[] first = Draw(new() { MaxTokens = 6, GroupSize = GroupSize });
        Assert.Equal(first.Select(r => string.Join(' ', r.Tokens)),
            Draw(new() { MaxTokens = 6, GroupSize = GroupSize }).Select(r => string.Join(' ', r.Tokens)));
        Assert.True(first.Select(r => string.Join(' ', r.Tokens)).Distinct().Count() > GroupSize / 2);
    }

    [Fact]
    public void Draws_follow_the_distribution_that_the_trainer_scores()
    {
        const int Rows = 20_000;
        Response[] drawn = Draw(new() { MaxTokens = 1, GroupSize = Rows });
        foreach (IGrouping<int, Response> token in drawn.GroupBy(response => response.Tokens[0]).Where(same => same.Count() > Rows / 50))
        {
            double probability = Math.Exp(token.First().LogProbs[0]);
            double deviation = Math.Sqrt(probability * (1 - probability) / Rows);
            Assert.Equal(probability, (double)token.Count() / Rows, 5 * deviation);
        }
    }

    [Fact]
    public void Banned_tokens_are_never_drawn()
    {
        int[] banned = [.. Enumerable.Range(0, 500)];
        Assert.All(Draw(new() { MaxTokens = 4, GroupSize = GroupSize, Banned = banned }), response =>
            Assert.All(response.Tokens, token => Assert.True(token >= 500)));
    }

    [Fact]
    public void A_vanishing_nucleus_or_temperature_is_greedy()
    {
        int[] greedy = Draw(new() { MaxTokens = 6, Temperature = 0 })[0].Tokens;
        Assert.All(Draw(new() { MaxTokens = 6, GroupSize = 4, TopP = 1e-9 }), response => Assert.Equal(greedy, response.Tokens));
        Assert.All(Draw(new() { MaxTokens = 6, GroupSize = 4, Temperature = 1e-4 }), response => Assert.Equal(greedy, response.Tokens));
    }

    [Fact]
    public void A_nucleus_holds_the_smallest_set_of_tokens_with_that_much_probability()
    {
        float[] probabilities = [.. Draw(new() { MaxTokens = 1, GroupSize = 4_000 }).Select(r => (float)Math.Exp(r.LogProbs[0]))];
        float[] inside = [.. Draw(new() { MaxTokens = 1, GroupSize = 4_000, TopP = 0.3 }).DistinctBy(r => r.Tokens[0])
            .Select(r => (float)Math.Exp(r.LogProbs[0]))];
        Assert.InRange(inside.Sum(), 0.3, 0.3 + inside.Min() + 1e-4);
        Assert.True(inside.Length < probabilities.Distinct().Count());
    }

    [Fact]
    public void The_first_end_token_ends_a_response_and_belongs_to_it()
    {
        int[] end = [.. Enumerable.Range(0, 100)];
        Response[] responses = Draw(new() { MaxTokens = 8, GroupSize = GroupSize, End = end });
        Assert.Contains(responses, response => response.Finish == Finish.End);
        Assert.All(responses, response =>
        {
            Assert.Equal(response.Finish == Finish.End, end.Contains(response.Tokens[^1]));
            Assert.DoesNotContain(response.Tokens[..^1], token => end.Contains(token));
            Assert.Equal(response.Tokens.Length, response.LogProbs.Length);
        });
    }

    [Fact]
    public void Prompts_of_different_length_do_not_disturb_each_other()
    {
        using Policy policy = Nano.Policy();
        MiniMixBenchmark benchmark = new();
        Prompt[] prompts = [.. Enumerable.Range(0, 3)
            .Select(i => policy.Prepare(
                benchmark.Draw(Nano.Atlas, Split.Train, 1, i) with { Problem = new string('x', 1 + (9 * i)) },
                    benchmark, PromptMode.Think))];
        Sampler sampler = new(policy.Model, new() { MaxTokens = 8, Temperature = 0 });
        using PromptBatch together = policy.Batch(prompts);
        Response[] responses = sampler.Sample(together, new Draws[3]);
        Assert.All(prompts, (prompt, i) =>
        {
            using PromptBatch alone = policy.Batch([prompt]);
            Assert.Equal(sampler.Sample(alone, new Draws[1])[0].Tokens, responses[i].Tokens);
        });
    }

    private static Response[] Draw(SamplingSettings settings)
    {
        using Policy policy = Nano.Policy();
        MiniMixBenchmark benchmark = new();
        using PromptBatch prompts = policy.Batch(
            [policy.Prepare(benchmark.Draw(Nano.Atlas, Split.Train, 1, 0), benchmark, PromptMode.Think)]);
        Draws[] streams = [.. Enumerable.Range(0, settings.GroupSize).Select(row => new Draws(1, "test", row))];
        return new Sampler(policy.Model, settings).Sample(prompts, streams);
    }
}
