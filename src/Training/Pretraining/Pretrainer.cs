using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Model;
using ViSurf.Training.Optimisation;
using ViSurf.Training.Pictures;
using ViSurf.Training.Policies;
using ViSurf.Training.Sampling;
using ViSurf.Training.Text;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Pretraining;

/// <summary>Makes a base model from nothing: first the vision tower learns what patches show, then the whole learns the old
/// tasks.</summary>
/// <remarks>
/// The patch classes stand for the pretrained vision tower of a real vision-language model: without them next-token training
/// finds the boxes of some thing, but not of which. Both prompt modes are taught, as a real base can answer without a thought.
/// </remarks>
public sealed class Pretrainer(Atlas atlas, PretrainSpec spec)
{
    /// <summary>Pretrains and writes a folder in Hugging Face's layout.</summary>
    /// <param name="report">Told the step and its loss.</param>
    public void Run(string folder, Action<int, double> report)
    {
        TinyPreset.Write(folder, atlas, spec.Seed);
        ModelConfig config = ConfigFile.Read(Path.Combine(folder, "config.json"));
        using Policy policy = new(
            new VisionLanguageModel(config, new DrawnWeights(spec.Seed, config.InitializerRange)),
            new Tokenizer(Path.Combine(folder, "tokenizer.json")),
            new ImageProcessor(Path.Combine(folder, "preprocessor_config.json"), config.Vision));
        using PatchClassifier classifier = new(config.Vision.HiddenSize, PretrainingExample.Classes(atlas), spec.Seed);
        KeyValuePair<string, Tensor>[] weights = [.. policy.Model.Weights.Named, .. classifier.Weights];
        Train(policy, classifier, weights, spec.VisionSteps, visionOnly: true, report);
        Train(policy, classifier, weights, spec.Steps, visionOnly: false, report);
        ModelFolder.SaveWeights(policy.Model, folder);
    }

    private void Train(Policy policy, PatchClassifier classifier, KeyValuePair<string, Tensor>[] weights, int steps,
        bool visionOnly, Action<int, double> report)
    {
        TrainSpec settings = spec.Training(steps);
        using AdamW optimiser = new(weights, settings);
        using TokenDistribution distribution = new(1, [], policy.Model.Config.VocabSize);
        int first = visionOnly ? 0 : spec.VisionSteps;
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            PretrainingExample[] batch = [.. Enumerable.Range(0, spec.Batch)
                .Select(i => PretrainingExample.Draw(policy, atlas, spec, ((first + step) * spec.Batch) + i))];
            using PromptBatch prompts = policy.Batch([.. batch.Select(example => example.Prompt)]);
            Tensor loss = classifier.Loss(prompts, policy.Model, batch);
            if (!visionOnly)
            {
                ScoredRow[] rows = [.. batch.Select((example, i) => new ScoredRow(i, example.Response))];
                loss = loss.Times(spec.PatchWeight) - ResponseScorer.Score(policy.Model, prompts, rows, distribution).LogProbs_M.mean();
            }

            loss.backward();
            GradientNorm.Clip(weights, settings.ClipNorm);
            optimiser.Step(LearningRate.At(step, steps, settings));
            report(first + step + 1, loss.item<float>());
        }
    }

    /// <summary>A linear layer from a patch's state to what it shows; it is not kept.</summary>
    private sealed class PatchClassifier : IDisposable
    {
        private readonly WeightSet weights;
        private readonly Tensor weight;
        private readonly Tensor bias;

        public PatchClassifier(int width, int classes, int seed)
        {
            weights = new(new DrawnWeights(seed, 0.05));
            weight = weights.Take("patch_classes.weight", Initial.Normal, classes, width);
            bias = weights.Take("patch_classes.bias", Initial.Zero, classes);
        }

        public IReadOnlyList<KeyValuePair<string, Tensor>> Weights => weights.Named;

        public Tensor Loss(PromptBatch prompts, VisionLanguageModel model, PretrainingExample[] batch)
        {
            Tensor logits = nn.functional.linear(prompts.EncodePatches(model), weight, bias);
            return nn.functional.cross_entropy(logits, tensor(batch.SelectMany(example => example.PatchClasses).ToArray()));
        }

        public void Dispose() => weights.Dispose();
    }
}
