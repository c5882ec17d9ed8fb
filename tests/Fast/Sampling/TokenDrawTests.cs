using ViSurf.Sdk;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;

namespace ViSurf.Tests.Fast.Sampling;

public class TokenDrawTests
{
    private static readonly float[] Probabilities = [0.05f, 0.4f, 0.15f, 0.3f, 0.1f];

    // By hand. min-p 0.3 leaves what has 0.12 or more; top-k 2 the two likeliest; top-p the first whose predecessors hold less.
    [Theory]
    [InlineData(1, 0, 0, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(1, 0, 0.3, new[] { 1, 2, 3 })]
    [InlineData(1, 2, 0, new[] { 1, 3 })]
    [InlineData(1, 9, 0, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(0.35, 0, 0, new[] { 1 })]
    [InlineData(0.45, 0, 0, new[] { 1, 3 })]
    [InlineData(0.75, 0, 0, new[] { 1, 2, 3 })]
    // Of what top-k 2 left (0.7) the likeliest holds 0.571: at 0.6 both stay, at 0.5 one.
    [InlineData(0.6, 2, 0, new[] { 1, 3 })]
    [InlineData(0.5, 2, 0, new[] { 1 })]
    // Of what min-p left (0.85) the two likeliest hold 0.824.
    [InlineData(0.81, 0, 0.3, new[] { 1, 3 })]
    [InlineData(0.83, 0, 0.3, new[] { 1, 2, 3 })]
    public void Min_p_top_k_and_top_p_leave_what_a_hand_leaves(double topP, int topK, double minP, int[] left)
    {
        using var scope = NewDisposeScope();
        float[] truncated = TokenDraw.Truncate(tensor(Probabilities).unsqueeze(0),
            new() { MaxTokens = 1, TopP = topP, TopK = topK, MinP = minP }).data<float>().ToArray();
        Assert.Equal(Probabilities.Select((p, i) => left.Contains(i) ? p : 0), truncated);
    }

    [Fact]
    public void Tokens_as_likely_as_the_last_of_top_k_stay()
    {
        using var scope = NewDisposeScope();
        float[] truncated = TokenDraw.Truncate(tensor([0.2f, 0.4f, 0.2f, 0.2f]).unsqueeze(0), new() { MaxTokens = 1, TopK = 2 })
            .data<float>().ToArray();
        Assert.Equal([0.2f, 0.4f, 0.2f, 0.2f], truncated);
    }

    // Pearson's statistic with seed 1 against the 0.999 quantile of chi-square: 4 degrees of freedom 18.47, 2 degrees 13.82.
    [Theory]
    [InlineData(0, 18.47)]
    [InlineData(0.3, 13.82)]
    public void Draws_follow_the_distribution(double minP, double limit)
    {
        const int Rows = 50_000;
        using var scope = NewDisposeScope();
        Draws stream = new(1, "chi-square");
        float[] uniforms = [.. Enumerable.Range(0, Rows).Select(_ => (float)stream.Unit())];
        Tensor logp = tensor(Probabilities).log().unsqueeze(0).expand(Rows, -1);
        long[] drawn = TokenDraw.Draw(logp, tensor(uniforms), new() { MaxTokens = 1, MinP = minP }).data<long>().ToArray();

        float[] left = [.. Probabilities.Select(p => p >= minP * 0.4 ? p : 0)];
        double statistic = 0;
        for (int token = 0; token < left.Length; token++)
        {
            double expected = Rows * left[token] / left.Sum();
            int count = drawn.Count(one => one == token);
            Assert.True(expected > 0 || count == 0, $"token {token} was left out and drawn");
            statistic += expected > 0 ? (count - expected) * (count - expected) / expected : 0;
        }

        Assert.InRange(statistic, 0, limit);
    }

    [Fact]
    public void A_number_on_a_border_takes_the_word_after_it_and_never_one_without_probability()
    {
        using var scope = NewDisposeScope();
        Tensor logp = tensor([0f, 0.5f, 0f, 0.5f, 0f]).log().unsqueeze(0).expand(3, -1);
        Assert.Equal([1, 3, 3],
            TokenDraw.Draw(logp, tensor([0f, 0.5f, 0.999999f]), new() { MaxTokens = 1 }).data<long>().ToArray());
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        Assert.Equal("sampling.minP", Assert.Throws<Fault>(() => new SamplingSettings { MaxTokens = 1, MinP = 2 }.Check()).Subject);
        Assert.Equal("sampling.topP", Assert.Throws<Fault>(() => new SamplingSettings { MaxTokens = 1, TopP = 0 }.Check()).Subject);
        Assert.Equal("sampling.topK", Assert.Throws<Fault>(() => new SamplingSettings { MaxTokens = 1, TopK = -1 }.Check()).Subject);
        Assert.Equal("sampling.stop", Assert.Throws<Fault>(() => new StopTexts([""], _ => "")).Subject);
    }
}
