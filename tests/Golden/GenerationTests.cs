using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Golden;

public class GenerationTests
{
    [Theory]
    [InlineData("text_left", false, 0)]
    [InlineData("image_left", false, 0)]
    [InlineData("multi_left", false, 0)]
    [InlineData("text_left", true, 0)]
    [InlineData("image_left", true, 0)]
    [InlineData("multi_left", true, 0)]
    [InlineData("multi_left", false, 2)]
    [InlineData("multi_left", true, 2)]
    public void Greedy_tokens_equal_the_reference(string batch, bool share, int rows)
    {
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = Fixtures.Model();
        SafetensorsFile inputs = Fixtures.Open("inputs_" + batch);
        SafetensorsFile expected = Fixtures.Open("generate_untied_" + batch);
        using PromptBatch prompts = Fixtures.Batch(model, inputs, "prompt_");

        SamplingSettings settings = new() { MaxTokens = 24, Temperature = 0, SharePrompts = share, Rows = rows };
        Response[] responses = new Sampler(model, settings).Sample(prompts, new Draws[3]);

        Assert.Equal(expected.Read("prompt_position_ids").data<long>().ToArray(), prompts.Positions.Positions.Cast<long>());
        Assert.Equal(expected.Read("new_tokens").data<long>().ToArray(), responses.SelectMany(r => r.Tokens).Select(t => (long)t));
        Tensor logps = tensor(responses.SelectMany(r => r.LogProbs).ToArray(), 3, 24);
        Assert.InRange(Fixtures.Difference(expected.Read("token_logps"), logps), 0, Fixtures.LogitTolerance);
    }

    [Theory]
    [InlineData("text_left", 421)]
    [InlineData("image_left", 485)]
    public void A_finished_row_leaves_and_the_others_go_on_as_before(string batch, int end)
    {
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = Fixtures.Model();
        SafetensorsFile inputs = Fixtures.Open("inputs_" + batch);
        using PromptBatch prompts = Fixtures.Batch(model, inputs, "prompt_");

        Response[] responses = new Sampler(model, new() { MaxTokens = 24, Temperature = 0, End = [end] }).Sample(prompts, new Draws[3]);

        long[] expected = Fixtures.Open("generate_untied_" + batch).Read("new_tokens_with_eos").data<long>().ToArray();
        int length = expected.Length / 3;
        Assert.All(responses, (response, row) =>
        {
            Assert.Equal(expected.Skip(row * length).Take(response.Tokens.Length), response.Tokens.Select(t => (long)t));
            Assert.Equal(response.Tokens[^1] == end ? Finish.End : Finish.Length, response.Finish);
            Assert.All(expected.Skip((row * length) + response.Tokens.Length).Take(length - response.Tokens.Length), pad =>
                Assert.Equal(500, pad));
        });
    }

    [Theory]
    [InlineData("text_left")]
    [InlineData("image_left")]
    [InlineData("multi_left")]
    public void Draws_are_the_same_however_rows_are_batched_and_have_the_scorer_s_log_probabilities(string batch)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = Fixtures.Model();
        using PromptBatch prompts = Fixtures.Batch(model, Fixtures.Open("inputs_" + batch), "prompt_");
        SamplingSettings settings = new()
        {
            GroupSize = 4,
            MaxTokens = 24,
            Temperature = 1,
            End = [.. Enumerable.Range(0, 20)],
            Banned = [model.Config.Tokens.ImagePad, model.Config.Tokens.VideoPad],
        };
        Response[] all = Sample(model, prompts, settings);
        foreach (bool share in (bool[])[false, true])
        {
            foreach (int rows in (int[])[1, 3, 0])
            {
                Response[] batched = Sample(model, prompts, settings with { Rows = rows, SharePrompts = share });
                Assert.Equal(all.Select(response => string.Join(' ', response.Tokens)),
                    batched.Select(response => string.Join(' ', response.Tokens)));
            }
        }

        using TokenDistribution distribution = new(1, settings.Banned, model.Config.VocabSize);
        ScoredRow[] scored = [.. all.Select((response, row) => new ScoredRow(row / settings.GroupSize, response.Tokens))];
        Tensor expected = ResponseScorer.Score(model, prompts, scored, distribution).LogProbs_M.detach();
        Tensor logps = tensor(all.SelectMany(response => response.LogProbs).ToArray());
        Assert.InRange(Fixtures.Difference(expected, logps), 0, Fixtures.LogitTolerance);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_narrow_model_keeps_narrow_keys_and_draws_close_to_the_wide_one(bool share)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        using VisionLanguageModel wide = Fixtures.Model();
        using VisionLanguageModel narrow = ModelFolder.Load(Fixtures.Path("model_untied"), null, new(ScalarType.BFloat16, CPU));
        SafetensorsFile inputs = Fixtures.Open("inputs_multi_left");
        using PromptBatch forWide = Fixtures.Batch(wide, inputs, "prompt_");
        using PromptBatch forNarrow = new(narrow.Config, Fixtures.Matrix(inputs.Read("prompt_input_ids")),
            Fixtures.Matrix(inputs.Read("prompt_attention_mask")), Fixtures.Pixels(inputs), Fixtures.Grids(inputs),
            new(ScalarType.BFloat16, CPU));
        SamplingSettings settings = new() { MaxTokens = 8, GroupSize = 2, Rows = 4, Temperature = 0, SharePrompts = share };
        Draws[] streams = new Draws[forWide.Count * settings.GroupSize];
        Sampler sampler = new(wide, settings);
        Sampler narrowSampler = new(narrow, settings);
        sampler.Sample(forWide, streams);
        Response[] actual = narrowSampler.Sample(forNarrow, streams);
        Assert.Equal(sampler.CacheBytes, 2 * narrowSampler.CacheBytes);

        // The wide model may choose otherwise: it says what it thinks of these tokens.
        using TokenDistribution distribution = new(1, [], wide.Config.VocabSize);
        ScoredRow[] scored = [.. actual.Select((response, row) => new ScoredRow(row / settings.GroupSize, response.Tokens))];
        Tensor expected = ResponseScorer.Score(wide, forWide, scored, distribution).LogProbs_M.detach();
        Assert.InRange(Fixtures.Difference(expected, tensor(actual.SelectMany(response => response.LogProbs).ToArray())), 1e-4, 0.2);
    }

    private static Response[] Sample(VisionLanguageModel model, PromptBatch prompts, SamplingSettings settings) =>
        new Sampler(model, settings).Sample(prompts,
            [.. Enumerable.Range(0, prompts.Count * settings.GroupSize).Select(row => new Draws(3, "golden", row))]);
}
