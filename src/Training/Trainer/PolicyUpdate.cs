using ViSurf.Sdk;
using ViSurf.Training.Methods;
using ViSurf.Training.Model;
using ViSurf.Training.Optimisation;
using ViSurf.Training.Policies;
using ViSurf.Training.Sampling;

namespace ViSurf.Training.Trainer;

/// <summary>Turns compared groups into optimiser updates.</summary>
/// <remarks>Letters: M tokens of all rows of a micro-batch, V words.</remarks>
public sealed class PolicyUpdate(Policy policy, Policy? reference, StageSettings stage, AdamW optimiser) : IDisposable
{
    private readonly TokenDistribution distribution = stage.Method.IsSupervised
        ? new(1, [], policy.Model.Config.VocabSize)
        : new(stage.Spec.Temperature, policy.Banned, policy.Model.Config.VocabSize);

    private readonly TrainSpec train = stage.Train;
    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> trained = policy.Trained;
    private readonly Scoring scoring = new(stage.Train.Recompute, stage.Train.LogitChunk, WithEntropy: true);
    private readonly Scoring measuring = new(LogitChunk: stage.Train.LogitChunk);

    /// <summary>Walks through the groups: epochs, mini-batches with an update each, micro-batches whose gradients add up.</summary>
    /// <exception cref="Fault">Diverged: loss or gradient is no number. The weights are those before the update.</exception>
    public UpdateSums Run(IReadOnlyList<Group> groups, int step, double learningRate)
    {
        WeighedRow[] rows = [.. groups.SelectMany((group, prompt) => Weigh(group, prompt, step))];
        UpdateSums sums = new() { HasOnlyLabels = rows.All(row => row.Member.IsLabel) };
        if (rows.Length == 0)
        {
            return sums; // every prompt was left out
        }

        if (train.Epochs * train.MiniBatches > 1)
        {
            RememberOld(groups, rows);
        }

        int size = groups.Count / train.MiniBatches;
        for (int update = 0; update < train.Epochs * train.MiniBatches; update++)
        {
            int first = update % train.MiniBatches * size;
            sums.IsFirstUpdate = update == 0;
            Backward(groups, rows, first, size, sums);
            double norm = GradientNorm.Clip(trained, train.ClipNorm);
            if (!double.IsFinite(sums.Loss) || !double.IsFinite(norm))
            {
                optimiser.ForgetGradients();
                throw new Fault(FaultCode.Diverged, $"step {step}", $"the loss is {sums.Loss}, the gradient's norm {norm}");
            }

            sums.GradientNorm = norm;
            optimiser.Step(learningRate);
        }

        return sums;
    }

    public void Dispose() => distribution.Dispose();

    private IEnumerable<WeighedRow> Weigh(Group group, int prompt, int step)
    {
        double[] advantages = stage.Method.Weigh(group, stage.Spec, step);
        return group.Members.Select((member, i) => new WeighedRow(prompt, member, group.Members.Count, advantages[i]));
    }

    private void RememberOld(IReadOnlyList<Group> groups, WeighedRow[] rows)
    {
        using var noGrad = no_grad();
        foreach (MicroBatch batch in MicroBatches.Of(groups, rows, 0, groups.Count, train))
        {
            using var scope = NewDisposeScope();
            WeighedRow[] own = [.. batch.Rows.Select(i => rows[i])];
            float[] logp = Score(policy, batch, own, measuring).LogProbs_M.cpu().data<float>().ToArray();
            int at = 0;
            foreach (WeighedRow row in own)
            {
                row.OldLogProbs = logp[at..(at += row.Member.Tokens.Length)];
            }
        }
    }

    private void Backward(IReadOnlyList<Group> groups, WeighedRow[] rows, int firstGroup, int groupCount, UpdateSums sums)
    {
        WeighedRow[] all = [.. rows.Where(row => row.Prompt >= firstGroup && row.Prompt < firstGroup + groupCount)];
        double[] weights = TokenWeights.Of(
            [.. all.Select(row => new WeightedRow(row.Member.Tokens.Length, row.GroupSize, IsCounted(row)))],
            groupCount, stage.Spec.Reduction, stage.Spec.MaxTokens);
        foreach (MicroBatch batch in MicroBatches.Of(groups, all, firstGroup, groupCount, train))
        {
            using var scope = NewDisposeScope();
            Backward(batch, [.. batch.Rows.Select(i => all[i])], [.. batch.Rows.Select(i => weights[i])], sums);
        }
    }

    private void Backward(MicroBatch batch, WeighedRow[] rows, double[] weights, UpdateSums sums)
    {
        if (rows.Length == 0)
        {
            return;
        }

        ResponseScores scores = Score(policy, batch, rows, scoring);
        Tensor logp_M = scores.LogProbs_M;
        Tensor old_M = rows[0].OldLogProbs.Length == 0 ? logp_M.detach() : OnDevice(rows.SelectMany(row => row.OldLogProbs));
        Tensor advantage_M = PerToken(rows, i => rows[i].Advantage);
        Tensor gain_M = stage.Method.Objective(logp_M, old_M, advantage_M, stage.Spec);
        if (reference is not null || (policy.Adapters is not null && stage.Spec.KlWeight > 0))
        {
            gain_M = gain_M - Penalty(batch, rows, logp_M, sums);
        }

        Tensor loss = -(gain_M * PerToken(rows, i => weights[i])).sum();
        scores.Backward(loss);
        sums.Add(rows, weights, loss, scores);
        sums.ClippedTokens += Surrogate.ClippedTokens(logp_M.detach(), old_M, advantage_M, stage.Spec);
    }

    private Tensor Penalty(MicroBatch batch, WeighedRow[] rows, Tensor logp_M, UpdateSums sums)
    {
        Tensor referenceLogp_M;
        using (no_grad())
        using (reference is null ? policy.Adapters!.Before() : null)
        using (NewDisposeScope())
        {
            referenceLogp_M = Score(reference ?? policy, batch, rows, measuring).LogProbs_M.MoveToOuterDisposeScope();
        }

        Tensor counted_M = PerToken(rows, i => rows[i].Member.IsLabel && !stage.Spec.KlOnLabel ? 0 : 1);
        Tensor divergence_M = Divergence.Estimate(logp_M, referenceLogp_M, stage.Spec.Kl) * counted_M;
        sums.Divergence += divergence_M.detach().sum().item<float>();
        return divergence_M.Times(stage.Spec.KlWeight);
    }

    private ResponseScores Score(Policy by, MicroBatch batch, WeighedRow[] rows, Scoring how)
    {
        using PromptBatch prompts = policy.Batch(batch.Prompts);
        ScoredRow[] scored = [.. rows.Select(row => new ScoredRow(row.Prompt - batch.First, row.Member.Tokens))];
        return ResponseScorer.Score(by.Model, prompts, scored, distribution, how);
    }

    private bool IsCounted(WeighedRow row) => !(stage.Spec.MaskTruncated && row.Member.IsTruncated);

    private Tensor PerToken(WeighedRow[] rows, Func<int, double> value) =>
        OnDevice(rows.SelectMany((row, i) => Enumerable.Repeat((float)value(i), row.Member.Tokens.Length)));

    private Tensor OnDevice(IEnumerable<float> values) => tensor(values.ToArray(), device: policy.Model.Device);
}
