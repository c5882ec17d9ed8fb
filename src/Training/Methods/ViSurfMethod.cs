using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>ViSurf: the label joins the group of the policy's own rollouts, its reward held in check.</summary>
/// <remarks>
/// Departures from the paper, where it is silent: the label is the answer block and the end of turn, without a thought;
/// its old log-probability is the policy's own; token mean by default. Where they differ, docs/methods.md says why.
/// </remarks>
[Named("visurf", Source = "arXiv:2510.10606, sec. 3.3 and 3.4")]
public sealed class ViSurfMethod : Method
{
    public override int Members(MethodSpec spec) => Rollouts(spec) + (spec.InjectLabel ? 1 : 0);

    public override MethodSpec Reads(MethodSpec spec) => spec;

    public override Group Compare(Group sampled, MethodSpec spec) =>
        spec.InjectLabel ? sampled.With(LabelControl.Smoothed(sampled, spec)) : sampled;

    public override double[] Weigh(Group group, MethodSpec spec, int step) => Advantage.Normalised(group, spec);

    public override Tensor Objective(Tensor logp_M, Tensor oldLogp_M, Tensor advantage_M, MethodSpec spec) =>
        Surrogate.Clipped(logp_M, oldLogp_M, advantage_M, spec);
}
