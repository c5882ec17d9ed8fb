using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>Supervised fine-tuning: the label alone, its log-likelihood.</summary>
/// <remarks>
/// The loss is divided by the tokens of the whole accumulated batch, as every method's is: averaging micro-batches
/// weakens an SFT baseline (arXiv:2604.23747).
/// </remarks>
[Named("sft", Source = "arXiv:2510.10606, sec. 3.1")]
public sealed class SftMethod : Method
{
    public override TrainSpec Settings(ExperimentSpec spec) => spec.Sft;

    public override int Rollouts(MethodSpec spec) => 0;

    public override bool IsSupervised => true;

    public override int Members(MethodSpec spec) => 1;

    public override MethodSpec Reads(MethodSpec spec) =>
        new() { Name = spec.Name, Align = spec.Align, Reduction = spec.Reduction, MaxTokens = spec.MaxTokens };

    public override Group Compare(Group sampled, MethodSpec spec) => sampled.With(sampled.Label);

    public override double[] Weigh(Group group, MethodSpec spec, int step) => [.. group.Members.Select(_ => 1.0)];

    public override Tensor Objective(Tensor logp_M, Tensor oldLogp_M, Tensor advantage_M, MethodSpec spec) => advantage_M * logp_M;
}
