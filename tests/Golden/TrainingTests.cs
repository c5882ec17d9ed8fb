using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Optimisation;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Golden;

public class TrainingTests
{
    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(Fixtures.Path("train_untied.json")))!;
    private static readonly RlSpec Settings = new() { LearningRate = 1e-3, Beta2 = 0.999, WeightDecay = 0.01, ClipNorm = 0 };

    [Fact]
    public void The_loss_and_every_gradient_of_the_first_step_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = Fixtures.Model();
        SafetensorsFile expected = Fixtures.Open("train_untied_grads_step0");

        Tensor loss = Loss(model);
        loss.backward();

        Assert.Equal(Golden["losses"]![0]!.GetValue<double>(), loss.item<float>(), 1e-4);
        Assert.Equal(expected.Entries.Keys.Order(), model.Weights.Named.Select(pair => pair.Key).Order());
        Assert.All(model.Weights.Named, pair =>
        {
            Tensor gradient = expected.Read(pair.Key);
            double largest = gradient.abs().max().item<float>();
            Assert.InRange(Fixtures.Difference(gradient, pair.Value.grad!), 0, 1e-4 * largest);
        });
    }

    [Fact]
    public void Three_AdamW_steps_walk_the_reference_path()
    {
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = Fixtures.Model();
        using AdamW optimiser = new(model.Weights.Named, Settings);
        for (int step = 0; step < 3; step++)
        {
            Tensor loss = Loss(model);
            loss.backward();
            Assert.Equal(Golden["losses"]![step]!.GetValue<double>(), loss.item<float>(), 1e-3);
            Assert.Equal(Golden["grad_norm_before_each_step"]![step]!.GetValue<double>(), GradientNorm.Clip(model.Weights.Named, 0), 1e-2);
            optimiser.Step(Settings.LearningRate);
        }

        Assert.Equal(Golden["loss_after_3_steps"]!.GetValue<double>(), Loss(model).item<float>(), 1e-3);
        SafetensorsFile expected = Fixtures.Open("train_untied_params_after3");
        double[] differences = [.. model.Weights.Named.SelectMany(pair =>
            (expected.Read(pair.Key) - pair.Value.detach()).abs().flatten().data<float>().ToArray()).Select(x => (double)x)];

        // A gradient near 0 has a random sign, which Adam turns into a whole step.
        Assert.InRange(differences.Max(), 0, 4e-3);
        Assert.InRange(differences.Count(d => d > 1e-5), 0, differences.Length / 10_000);
    }

    [Theory]
    [InlineData("image_right")]
    [InlineData("multi_left")]
    [InlineData("text_left")]
    public void The_loss_of_other_batches_equals_the_reference(string batch)
    {
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = Fixtures.Model();
        Assert.Equal(Golden["loss_of_other_batches_at_start"]![batch]!.GetValue<double>(), Loss(model, batch).item<float>(), 1e-4);
    }

    private static Tensor Loss(VisionLanguageModel model, string batch = "image_left")
    {
        SafetensorsFile inputs = Fixtures.Open("inputs_" + batch);
        using PromptBatch prompts = Fixtures.Batch(model, inputs);
        Tensor logits = model.Logits(prompts.Forward(model, new RecordedKeyValues()));
        Tensor labels = inputs.Read("labels");
        long length = labels.shape[1];
        return nn.functional.cross_entropy(
            logits.narrow(1, 0, length - 1).reshape(-1, model.Config.VocabSize),
            labels.narrow(1, 1, length - 1).reshape(-1), ignore_index: -100);
    }
}
