using ViSurf.Sdk;
using ViSurf.Training.Methods;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Randomness;
using ViSurf.Training.Sampling;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Bench.Memory;

/// <summary>Supervised training of the mid-size model: 16 prompts of one picture and 96 words, labels of 64 tokens.</summary>
internal sealed class MidTraining : IDisposable
{
    public const int Prompts = 16;
    public const int LabelTokens = 64;
    private const int Words = 96;
    private readonly RlSpec train;
    private readonly LoraAdapters? adapters;

    public MidTraining(ModelSpec spec, RlSpec train, int vocabulary = 0)
    {
        this.train = train;
        Model = MakeModel(spec, vocabulary);
        Model.HasFastAttention = spec.Attention == AttentionKernel.Fast;
        Model.Freeze(spec.Freeze ?? []);
        adapters = spec.Lora is null ? null : new(Model, spec.Lora, seed: 1);
        // A fresh B of 0 would leave A without a gradient.
        Array.ForEach([.. adapters?.Named ?? []], pair => Draw(pair.Key, pair.Value));
        Trained = adapters?.Named ?? [.. Model.Weights.Named.Where(pair => pair.Value.requires_grad)];
    }

    public VisionLanguageModel Model { get; }

    public IReadOnlyList<KeyValuePair<string, Tensor>> Trained { get; }

    /// <summary>Tokens of a prompt.</summary>
    public static int PromptTokens => MidPrompts.Grid.Cells(MidPrompts.Config().Vision.MergeSize) + Words;

    /// <summary>Patches of its picture.</summary>
    public static int Patches => MidPrompts.Grid.Patches;

    /// <summary>Leaves the gradient of the mean log-likelihood.</summary>
    public void Backward()
    {
        Group[] groups = [.. Enumerable.Range(0, Prompts).Select(MakeGroup)];
        WeighedRow[] rows = [.. groups.Select((group, i) => new WeighedRow(i, group.Label, 1, 1))];
        using TokenDistribution distribution = new(1, [], Model.Config.VocabSize);
        Scoring how = new(train.Recompute, train.LogitChunk, WithEntropy: true);
        foreach (MicroBatch batch in MicroBatches.Of(groups, rows, 0, Prompts, train))
        {
            using var scope = NewDisposeScope();
            using PromptBatch prompts = Batch(batch.Prompts);
            ScoredRow[] scored = [.. batch.Rows.Select(i => new ScoredRow(i - batch.First, rows[i].Member.Tokens))];
            ResponseScores scores = ResponseScorer.Score(Model, prompts, scored, distribution, how);
            scores.Backward(scores.LogProbs_M.sum() * (-1.0f / (Prompts * LabelTokens)));
        }
    }

    public void Dispose()
    {
        adapters?.Dispose();
        Model.Dispose();
    }

    private Group MakeGroup(int index)
    {
        Draws draws = new(1, "memory", index);
        int[] ids = MidPrompts.Ids(Model.Config, Words - 1, draws);
        float[] pixels = [.. Enumerable.Range(0, MidPrompts.Pixels(Model.Config)).Select(_ => (float)draws.Normal())];
        Member label = new() { Tokens = MidPrompts.Words(LabelTokens, draws), Text = "", Terms = [], Reward = 0, IsLabel = true };
        // Neither example nor truth is read by what is measured.
        return new(new Prompt(null!, ids, pixels, MidPrompts.Grid, null!), label, [label]);
    }

    private PromptBatch Batch(IReadOnlyList<Prompt> prompts) => MidPrompts.Batch(Model.Config,
        [.. prompts.Select(prompt => prompt.Ids)], [.. prompts.SelectMany(prompt => prompt.PixelRows)], new(Model.Type, Model.Device));

    private static void Draw(string name, Tensor adapter)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        adapter.copy_(new DrawnWeights(2, 0.02).Get(name, Initial.Normal, adapter.shape));
    }

    private static VisionLanguageModel MakeModel(ModelSpec spec, int vocabulary)
    {
        ModelConfig config = MidPrompts.Config();
        config = vocabulary == 0 ? config : config with { VocabSize = vocabulary, TieWordEmbeddings = true };
        ScalarType type = spec.Dtype == WeightType.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        return new(config, new Narrowed(new DrawnWeights(20250101, 0.02), type));
    }

    private sealed class Narrowed(IWeightSource weights, ScalarType type) : IWeightSource
    {
        public Tensor Get(string name, Initial initial, long[] shape)
        {
            using var scope = NewDisposeScope();
            return weights.Get(name, initial, shape).to(type).MoveToOuterDisposeScope();
        }
    }
}
