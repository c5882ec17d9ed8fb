using ViSurf.Training.Model;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Golden;

public class ForwardTests
{
    [Theory]
    [InlineData("text_left")]
    [InlineData("text_right")]
    [InlineData("image_left")]
    [InlineData("image_right")]
    [InlineData("multi_left")]
    public void Logits_and_positions_equal_the_reference(string batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using VisionLanguageModel model = Fixtures.Model();
        SafetensorsFile inputs = Fixtures.Open("inputs_" + batch);
        SafetensorsFile expected = Fixtures.Open("forward_untied_" + batch);
        using PromptBatch prompts = Fixtures.Batch(model, inputs);

        Tensor states = prompts.Forward(model, new RecordedKeyValues());

        Tensor mask = inputs.Read("attention_mask");
        Assert.Equal(expected.Read("position_ids").data<long>().ToArray(), prompts.Positions.Positions.Cast<long>());
        Assert.Equal(expected.Read("rope_deltas").data<long>().ToArray(), prompts.Positions.Deltas);
        Assert.InRange(Fixtures.Difference(expected.Read("text.final_norm"), states, mask), 0, Fixtures.LogitTolerance);
        Assert.InRange(Fixtures.Difference(expected.Read("logits"), model.Logits(states), mask), 0, Fixtures.LogitTolerance);
    }

    [Theory]
    [InlineData("image_left")]
    [InlineData("multi_left")]
    public void The_vision_tower_equals_the_reference(string batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using VisionLanguageModel model = Fixtures.Model();
        SafetensorsFile inputs = Fixtures.Open("inputs_" + batch);

        Tensor embeddings = model.EmbedPictures(inputs.Read("pixel_values"), Fixtures.Grids(inputs));

        Tensor expected = Fixtures.Open("forward_untied_" + batch).Read("vision.image_embeds");
        Assert.InRange(Fixtures.Difference(expected, embeddings), 0, Fixtures.LogitTolerance);
    }
}
