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
    private readonly TokenDistribution distribution = stage.Method.Rollouts(stage.Spec) == 0
        ? new(1, [], policy.Model.Config.VocabSize)
        : new(stage.Spec.Temperature, policy.Banned, policy.Model.Config.VocabSize);

    private readonly TrainSpec train = stage.Train;

    /// <summary>Walks through the groups: epochs, mini-batches with an update each, micro-batches whose gradients add up.</summary>
    /// <exception cref="Fault">Diverged: loss or gradient is no number. The weights are those before the update.</exception>
    public UpdateSums Run(IReadOnlyList<Group> groups, int step, double learningRate)
    {
        UpdateSums sums = new();
        WeighedRow[] rows = [.. groups.SelectMany((group, prompt) => Weigh(group, prompt, step))];
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
            double norm = GradientNorm.Clip(policy.Model.Weights.Named, train.ClipNorm);
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
        foreach ((int first, int count) in MicroBatches(0, groups.Count))
        {
            using var scope = NewDisposeScope();
            WeighedRow[] own = [.. rows.Where(row => row.Prompt >= first && row.Prompt < first + count)];
            float[] logp = Score(policy, groups, own, first, count).LogProbs_M.data<float>().ToArray();
            int at = 0;
            foreach (WeighedRow row in own)
            {
                row.OldLogProbs = logp[at..(at += row.Member.Tokens.Length)];
            }
        }
    }

    private void Backward(IReadOnlyList<Group> groups, WeighedRow[] rows, int firstGroup, int groupCount, UpdateSums sums)
    {
        WeighedRow[] batch = [.. rows.Where(row => row.Prompt >= firstGroup && row.Prompt < firstGroup + groupCount)];
        double[] weights = TokenWeights.Of(
            [.. batch.Select(row => new WeightedRow(row.Member.Tokens.Length, row.GroupSize, IsCounted(row)))],
            groupCount, stage.Spec.Reduction, stage.Spec.MaxTokens);
        foreach ((int first, int count) in MicroBatches(firstGroup, groupCount))
        {
            using var scope = NewDisposeScope();
            int[] own = [.. Enumerable.Range(0, batch.Length).Where(i => batch[i].Prompt >= first && batch[i].Prompt < first + count)];
            Backward(groups, [.. own.Select(i => batch[i])], [.. own.Select(i => weights[i])], first, count, sums);
        }
    }

    private void Backward(IReadOnlyList<Group> groups, WeighedRow[] rows, double[] weights, int first, int count, UpdateSums sums)
    {
        if (rows.Length == 0)
        {
            return;
        }

        (Tensor logp_M, Tensor all_MV) = Score(policy, groups, rows, first, count);
        Tensor old_M = rows[0].OldLogProbs.Length == 0 ? logp_M.detach() : tensor(rows.SelectMany(row => row.OldLogProbs).ToArray());
        Tensor advantage_M = PerToken(rows, i => rows[i].Advantage);
        Tensor gain_M = stage.Method.Objective(logp_M, old_M, advantage_M, stage.Spec);
        if (reference is not null)
        {
            gain_M = gain_M - Penalty(groups, rows, first, count, logp_M, sums);
        }

        Tensor loss = -(gain_M * PerToken(rows, i => weights[i])).sum();
        loss.backward();
        sums.Add(rows, weights, loss, logp_M.detach(), all_MV.detach());
        sums.ClippedTokens += Surrogate.ClippedTokens(logp_M.detach(), old_M, advantage_M, stage.Spec);
    }

    private Tensor Penalty(IReadOnlyList<Group> groups, WeighedRow[] rows, int first, int count, Tensor logp_M, UpdateSums sums)
    {
        Tensor referenceLogp_M;
        using (no_grad())
        {
            referenceLogp_M = Score(reference!, groups, rows, first, count).LogProbs_M;
        }

        Tensor counted_M = PerToken(rows, i => rows[i].Member.IsLabel && !stage.Spec.KlOnLabel ? 0 : 1);
        Tensor divergence_M = Divergence.Estimate(logp_M, referenceLogp_M, stage.Spec.Kl) * counted_M;
        sums.Divergence += divergence_M.detach().sum().item<float>();
        return divergence_M.Times(stage.Spec.KlWeight);
    }

    private (Tensor LogProbs_M, Tensor All_MV) Score(Policy by, IReadOnlyList<Group> groups, WeighedRow[] rows, int first, int count)
    {
        using PromptBatch prompts = policy.Batch([.. groups.Skip(first).Take(count).Select(group => group.Prompt)]);
        ScoredRow[] scored = [.. rows.Select(row => new ScoredRow(row.Prompt - first, row.Member.Tokens))];
        return ResponseScorer.Score(by.Model, prompts, scored, distribution);
    }

    private IEnumerable<(int First, int Count)> MicroBatches(int first, int count)
    {
        int size = train.MicroPrompts == 0 ? count : train.MicroPrompts;
        for (int at = first; at < first + count; at += size)
        {
            yield return (at, Math.Min(size, first + count - at));
        }
    }

    private bool IsCounted(WeighedRow row) => !(stage.Spec.MaskTruncated && row.Member.IsTruncated);

    private static Tensor PerToken(WeighedRow[] rows, Func<int, double> value) =>
        tensor(rows.SelectMany((row, i) => Enumerable.Repeat((float)value(i), row.Member.Tokens.Length)).ToArray());
}
