using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>Reinforcement learning with verifiable rewards by group-relative policy optimisation: each rollout is judged against
/// its siblings.</summary>
/// <remarks>Departures from the source: no reference model unless a weight is set; token mean instead of sequence mean by
/// default.</remarks>
[Named("rlvr", Source = "arXiv:2402.03300, sec. 4.1; arXiv:2510.10606, sec. 3.2")]
public sealed class RlvrMethod : Method
{
    public override MethodSpec Reads(MethodSpec spec) => spec with
    {
        InjectLabel = true,
        Align = true,
        EliminateThinking = true,
        Smooth = true,
        SmoothMargin = 0,
        KlOnLabel = true,
    };

    public override Group Compare(Group sampled, MethodSpec spec) => sampled;

    public override double[] Weigh(Group group, MethodSpec spec, int step) => Advantage.Normalised(group, spec);

    public override Tensor Objective(Tensor logp_M, Tensor oldLogp_M, Tensor advantage_M, MethodSpec spec) =>
        Surrogate.Clipped(logp_M, oldLogp_M, advantage_M, spec);
}
