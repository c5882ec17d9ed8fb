using ViSurf.Sdk;
using ViSurf.Training.Methods;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Methods;

public class SftSelfThoughtTests
{
    private static readonly SftSelfThoughtMethod Method = new();

    [Theory]
    [InlineData("<think>a red cup</think>\n<answer>[wrong]</answer>", "<think>a red cup</think>\n<answer>right</answer>")]
    [InlineData("<answer>[wrong]</answer>", null)]
    [InlineData("<answer>[wrong]</answer><think>late</think>", null)]
    [InlineData("<think>never ends", null)]
    public void The_label_follows_the_thought_of_the_rollout_and_without_one_the_prompt_is_left_out(string rollout, string? expected)
    {
        Group sampled = Groups.Of([0], 6);
        sampled = new(null!, sampled.Label with { Text = "<answer>right</answer>" }, [sampled.Rollouts[0] with { Text = rollout }]);
        Assert.Equal(expected, Method.WriteLabel(sampled));
    }

    [Fact]
    public void Rollouts_are_those_of_the_model_before_training_and_labels_hold_their_thoughts()
    {
        ExperimentSpec spec = Nano.Spec("sft-self-thought") with { Model = new() { Path = Repository.File("models", "tiny-base") } };
        StageSettings settings = Nano.Settings(spec with { Method = spec.Method with { MaxTokens = 48 } });
        Assert.True(settings.AsksModelBefore);
        using Policy policy = Load(spec);
        using Policy before = Load(spec);
        using StageTrainer trainer = new(policy, Load(spec), settings, Nano.Examples());
        GroupMaker groups = new(before, before, settings);
        for (int step = 0; step < 3; step++)
        {
            StepRecord record = trainer.Step(step);
            Group[] expected = groups.Make(Prompts(before, settings, step), step);
            Assert.Equal(StepMetrics.Digest(expected), record.Digest);
            Member[] labels = [.. expected.SelectMany(group => group.Members)];
            Assert.NotEmpty(labels);
            Assert.All(labels, label => Assert.StartsWith("<think>", label.Text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_step_whose_prompts_are_all_left_out_changes_nothing()
    {
        using Policy policy = Nano.Policy(); // untrained: it never thinks
        using Policy untouched = Nano.Policy();
        using StageTrainer trainer = new(policy, Nano.Policy(), Nano.Settings(Nano.Spec("sft-self-thought")), Nano.Examples());
        StepRecord record = trainer.Step(0);
        Assert.Equal(0, record.Metrics["train/loss"]);
        Assert.All(policy.Kept.Zip(untouched.Kept), pair => Assert.True(pair.First.Value.equal(pair.Second.Value).all().item<bool>()));
    }

    private static Policy Load(ExperimentSpec spec) => Policy.Load(spec.Model.Path);

    private static Prompt[] Prompts(Policy policy, StageSettings settings, int step)
    {
        ViSurf.Training.Data.PromptOrder order = new(settings.Seed, 24);
        return [.. Enumerable.Range(step * settings.Train.PromptsPerStep, settings.Train.PromptsPerStep)
            .Select(prompt => policy.Prepare(Nano.Examples().At(order.At(prompt)), settings.Benchmark, settings.Prompt))];
    }
}
