using ViSurf.Training.Model;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Golden;

public class GenerationTests
{
    [Theory]
    [InlineData("text_left")]
    [InlineData("image_left")]
    [InlineData("multi_left")]
    public void Greedy_tokens_equal_the_reference(string batch)
    {
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = Fixtures.Model();
        SafetensorsFile inputs = Fixtures.Open("inputs_" + batch);
        SafetensorsFile expected = Fixtures.Open("generate_untied_" + batch);
        using PromptBatch prompts = Fixtures.Batch(model, inputs, "prompt_");

        Response[] responses = new Sampler(model, new() { MaxTokens = 24, Temperature = 0 }).Sample(prompts, new Draws[3]);

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
}
