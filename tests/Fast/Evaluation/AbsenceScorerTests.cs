using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Sampling;

namespace ViSurf.Tests.Fast.Evaluation;

/// <summary>How sure a policy is that nothing is there, whatever it answered.</summary>
public class AbsenceScorerTests
{
    private static readonly string[] Responses =
    [
        "<think>cat: 3, 1</think><answer>[{\"bbox_2d\": [1, 2, 3, 4]}]</answer>",
        "<answer>[]</answer>",
        "cat <answer", // no place where an answer begins
        "<think>none</think> <answer>[{", // cut off behind it
    ];

    [Theory]
    [InlineData(0, "<think>cat: 3, 1</think><answer>", "[]</answer>")]
    [InlineData(1, "<answer>", "[]</answer>")]
    [InlineData(2, "", "<answer>[]</answer>")]
    [InlineData(3, "<think>none</think> <answer>", "[]</answer>")]
    public void Read_is_the_policy_s_own_text_up_to_its_answer_and_scored_is_the_empty_one(int response, string read, string scored)
    {
        using Policy policy = Nano.Policy();
        ScoredRow row = new AbsenceScorer(policy).Row(0, Responses[response]);
        Assert.Equal(read + scored, policy.TextOf(row.Tokens));
        string text = policy.TextOf(row.Tokens[row.From..]);
        Assert.EndsWith(scored, text, StringComparison.Ordinal); // a token may stand across the tag's end
        Assert.True(text.Length < scored.Length + 3, text);
    }

    [Fact]
    public void It_is_the_sum_of_what_the_model_gives_each_token_in_its_place()
    {
        using Policy policy = Nano.Policy();
        Prompt[] prompts = [.. Enumerable.Range(0, Responses.Length).Select(i =>
            policy.Prepare(Nano.Examples().At(i), new MiniMixBenchmark(), PromptMode.Think))];
        AbsenceScorer scorer = new(policy);
        using PromptBatch batch = policy.Batch(prompts);
        float?[] scores = scorer.Score(batch, Responses);
        for (int i = 0; i < prompts.Length; i++)
        {
            ScoredRow row = scorer.Row(i, Responses[i]);
            double sum = Enumerable.Range(row.From, row.Tokens.Length - row.From)
                .Sum(at => LogProb(policy, prompts[i], row.Tokens[..at], row.Tokens[at]));
            Assert.Equal(sum, scores[i]!.Value, 1e-3);
        }
    }

    [Fact]
    public void Every_greedy_answer_has_one_where_a_thing_may_be_absent_and_no_drawn_one()
    {
        Assert.All(Score(new MiniMixBenchmark(), new(16)), item => Assert.True(item.AbsentLogProb < 0));
        Assert.All(Score(new MiniMixBenchmark(), new(16, Temperature: 1)), item => Assert.Null(item.AbsentLogProb));
        Assert.All(Score(new FindTask(), new(16)), item => Assert.Null(item.AbsentLogProb));
    }

    [Fact]
    public void What_was_stored_without_it_is_read_and_written_as_it_was()
    {
        const string stored = """{"id":"a","cell":"new-absent","output":"[]","score":1,"hasThought":false,"isParsed":true}""";
        ItemScore item = JsonSerializer.Deserialize<ItemScore>(stored, SpecJson.Options)!;
        Assert.Null(item.AbsentLogProb);
        Assert.Equal(stored, JsonSerializer.Serialize(item, SpecJson.Options));
        ItemScore scored = item with { AbsentLogProb = -0.1f };
        Assert.Equal(scored, JsonSerializer.Deserialize<ItemScore>(JsonSerializer.Serialize(scored, SpecJson.Options), SpecJson.Options));
    }

    // The prompt and what follows as one longer prompt, read anew for each token.
    private static double LogProb(Policy policy, Prompt prompt, int[] before, int token)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using TokenDistribution distribution = new(1, policy.Banned, policy.Model.Config.VocabSize);
        using PromptBatch batch = policy.Batch([prompt with { Ids = [.. prompt.Ids, .. before] }]);
        Tensor last_1D = batch.Forward(policy.Model, new RecordedKeyValues()).select(1, batch.Length - 1);
        return distribution.LogProbs(policy.Model.Logits(last_1D))[0, token].item<float>();
    }

    private static ItemScore[] Score(Benchmark benchmark, Decoding decoding)
    {
        using Policy policy = Nano.Policy();
        return new Evaluator(policy, decoding).Score(benchmark, PromptMode.Think,
            new ViSurf.Training.Data.DrawnExamples(benchmark, Nano.Atlas, Split.Train, 1, 5), null, TestContext.Current.CancellationToken);
    }
}
