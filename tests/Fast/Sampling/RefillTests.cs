using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;

namespace ViSurf.Tests.Fast.Sampling;

/// <summary>Rows of several prompts, with and without others beside them.</summary>
public sealed class RefillTests : IDisposable
{
    private const int GroupSize = 3;
    private const int MaxTokens = 12;
    private readonly Policy policy = Nano.Policy();
    private readonly Prompt[] prompts;
    private readonly int[] end = [.. Enumerable.Range(0, 60)];

    public RefillTests()
    {
        MiniMixBenchmark benchmark = new();
        prompts = [.. Enumerable.Range(0, 5).Select(i => policy.Prepare(
            benchmark.Draw(Nano.Atlas, Split.Train, 1, i) with { Problem = new string('x', 1 + (5 * i)) }, benchmark, PromptMode.Think))];
    }

    public void Dispose() => policy.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(7, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(7, true)]
    public void The_number_of_live_rows_and_the_form_of_the_cache_change_no_token(int rows, bool share)
    {
        Response[] expected = Draw(prompts, 0, Settings()).Responses;
        Response[] responses = Draw(prompts, 0, Settings() with { Rows = rows, SharePrompts = share }).Responses;
        Assert.True(expected.Select(response => response.Tokens.Length).Distinct().Count() > 3);
        Same(expected, responses);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_prompt_alone_draws_what_it_draws_among_others(bool share)
    {
        Response[] together = Draw(prompts, 0, Settings() with { SharePrompts = share, Rows = 4 }).Responses;
        for (int i = 0; i < prompts.Length; i++)
        {
            Response[] alone = Draw([prompts[i]], i * GroupSize, Settings() with { SharePrompts = share }).Responses;
            Same(together[(i * GroupSize)..((i + 1) * GroupSize)], alone);
        }
    }

    // Each row takes one step for each token but the first, in the slot that is free first.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(15)]
    public void A_waiting_row_takes_a_finished_row_s_place_at_once(int rows)
    {
        (Response[] responses, Sampler sampler) = Draw(prompts, 0, Settings() with { Rows = rows });
        int[] free = new int[rows];
        foreach (Response response in responses)
        {
            int slot = Array.IndexOf(free, free.Min());
            free[slot] += response.Tokens.Length - 1;
        }

        Assert.Equal(free.Max(), sampler.Steps);
    }

    [Fact]
    public void A_shared_prompt_is_held_once_and_a_copied_one_by_each_row()
    {
        using PromptBatch batch = policy.Batch(prompts);
        ModelConfig config = policy.Model.Config;
        long place = 2L * sizeof(float) * config.Layers * config.KeyValueHeads * config.HeadWidth;
        long read = place * batch.Count * batch.Length;
        long own = place * batch.Count * GroupSize * MaxTokens;

        Assert.Equal(read + own, Draw(prompts, 0, Settings() with { SharePrompts = true }).Sampler.CacheBytes);
        Assert.Equal(read + (GroupSize * read) + own, Draw(prompts, 0, Settings() with { SharePrompts = false }).Sampler.CacheBytes);
        Assert.Equal(read + (place * 2 * MaxTokens),
            Draw(prompts, 0, Settings() with { SharePrompts = true, Rows = 2 }).Sampler.CacheBytes);
    }

    [Fact]
    public void Prompts_that_no_row_needs_are_given_back()
    {
        using var scope = NewDisposeScope();
        RecordedKeyValues read = new();
        read.Extend(0, ones(8, 1, 10, 4), ones(8, 1, 10, 4));
        using KeyValueCache shared = KeyValueCache.Of(read, null, slots: 2, room: 5, sharePrompts: true);
        const long Prompt = 2 * sizeof(float) * 10 * 4;
        const long Own = 2 * 2 * sizeof(float) * 5 * 4;
        Assert.Equal((8 * Prompt) + Own, shared.Bytes);
        shared.Join([0, 1], [0, 1]);
        shared.Settle(nextPrompt: 2);
        Assert.Equal((8 * Prompt) + Own, shared.Bytes);
        shared.Join([0, 1], [5, 6]);
        shared.Settle(nextPrompt: 7);
        Assert.Equal((3 * Prompt) + Own, shared.Bytes);

        RecordedKeyValues again = new();
        again.Extend(0, ones(8, 1, 10, 4), ones(8, 1, 10, 4));
        using KeyValueCache copied = KeyValueCache.Of(again, null, slots: 2, room: 5, sharePrompts: false);
        copied.Join([0, 1], [6, 7]);
        copied.Settle(nextPrompt: 8);
        Assert.Equal((2 * Prompt) + Own, copied.Bytes);
    }

    [Fact]
    public void Sampling_leaves_no_tensor_behind()
    {
        using PromptBatch batch = policy.Batch(prompts);
        SamplingSettings settings = Settings() with { Rows = 4, SharePrompts = true };
        Sample(batch, 0, settings);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Sample(batch, 0, settings);
        Sample(batch, 0, settings with { SharePrompts = false });
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_stop_text_ends_a_response_with_the_token_that_completes_it()
    {
        Response[] free = Draw(prompts, 0, Settings() with { End = [] }).Responses;
        int[] model = free[4].Tokens;

        // A text of two bytes, one of each of two neighbouring tokens: it spans them, whatever they are.
        string whole = policy.TextOf(model);
        string text = whole[^3..^1];
        Response[] stopped = Draw(prompts, 0, Settings() with { End = [], Stop = new([text], policy.TextOf) }).Responses;
        Assert.Contains(stopped, response => response.Finish == Finish.Stop);
        for (int row = 0; row < free.Length; row++)
        {
            int[] tokens = stopped[row].Tokens;
            Assert.Equal(free[row].Tokens[..tokens.Length], tokens);
            Assert.DoesNotContain(text, policy.TextOf(tokens[..^1]), StringComparison.Ordinal);
            Assert.Equal(stopped[row].Finish == Finish.Stop, policy.TextOf(tokens).Contains(text, StringComparison.Ordinal));
            Assert.Equal(stopped[row].Finish == Finish.Length, tokens.Length == MaxTokens && stopped[row].Finish != Finish.Stop);
        }
    }

    [Fact]
    public void A_stop_text_is_found_across_tokens_and_broken_letters()
    {
        // Each token is a byte: the euro sign has three.
        byte[] bytes = [.. "a\u20ac</answer>"u8];
        Assert.Equal(5, FirstReached("\u20ac<"));
        Assert.Equal(bytes.Length, FirstReached("</answer>"));

        int FirstReached(string text)
        {
            StopTexts stop = new([text], tokens => System.Text.Encoding.UTF8.GetString([.. tokens.Select(token => (byte)token)]));
            return Enumerable.Range(1, bytes.Length).First(count => stop.IsReached([.. bytes.Take(count).Select(one => (int)one)]));
        }
    }

    private static void Same(Response[] expected, Response[] actual)
    {
        Assert.Equal(expected.Select(response => string.Join(' ', response.Tokens)),
            actual.Select(response => string.Join(' ', response.Tokens)));
        Assert.Equal(expected.Select(response => response.Finish), actual.Select(response => response.Finish));
        Assert.All(expected.SelectMany(response => response.LogProbs).Zip(actual.SelectMany(response => response.LogProbs)), pair =>
            Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    private SamplingSettings Settings() =>
        new() { GroupSize = GroupSize, MaxTokens = MaxTokens, End = end, Banned = policy.Banned };

    private (Response[] Responses, Sampler Sampler) Draw(Prompt[] asked, int firstRow, SamplingSettings settings)
    {
        using PromptBatch batch = policy.Batch(asked);
        return Sample(batch, firstRow, settings);
    }

    private (Response[] Responses, Sampler Sampler) Sample(PromptBatch batch, int firstRow, SamplingSettings settings)
    {
        Sampler sampler = new(policy.Model, settings);
        Draws[] streams = [.. Enumerable.Range(firstRow, batch.Count * GroupSize).Select(row => new Draws(7, "refill", row))];
        return (sampler.Sample(batch, streams), sampler);
    }
}
