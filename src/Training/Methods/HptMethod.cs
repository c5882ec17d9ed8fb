using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>Hybrid post-training: where no rollout is as good as the label, the label alone is learnt from; else the rollouts
/// alone are compared.</summary>
/// <remarks>
/// ViSurf's nearest relative: the same two signals, by a switch instead of one group. The source counts right rollouts and
/// switches at none of them; rewards here are sums, so "right" is a reward no smaller than the label's. The label counts 1,
/// which is supervised learning's gradient as long as a step has one update.
/// </remarks>
[Named("hpt", Source = "arXiv:2509.04419")]
public sealed class HptMethod : Method
{
    public override MethodSpec Reads(MethodSpec spec) => spec with { InjectLabel = true, Smooth = true, SmoothMargin = 0 };

    public override Group Compare(Group sampled, MethodSpec spec) =>
        LabelControl.IsReached(sampled, margin: 0) ? sampled : sampled with { Members = [sampled.Label] };

    public override double[] Weigh(Group group, MethodSpec spec, int step) =>
        group.Members is [{ IsLabel: true }] ? [1] : Advantage.Normalised(group, spec);

    public override Tensor Objective(Tensor logp_M, Tensor oldLogp_M, Tensor advantage_M, MethodSpec spec) =>
        Surrogate.Clipped(logp_M, oldLogp_M, advantage_M, spec);
}
