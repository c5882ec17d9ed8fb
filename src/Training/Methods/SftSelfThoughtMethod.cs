using ViSurf.Sdk;
using ViSurf.Training.Answers;

namespace ViSurf.Training.Methods;

/// <summary>Supervised fine-tuning on labels that begin with the model's own thought, sampled before training.</summary>
/// <remarks>
/// The stronger form of an SFT baseline where labels are answers alone and the prompt asks for a thought: see docs/methods.md.
/// A prompt whose rollout holds no thought, or whose label would grow too long, teaches nothing.
/// </remarks>
[Named("sft-self-thought", Source = "arXiv:2510.10606, sec. 3.1, with labels in the manner of arXiv:2203.14465")]
public sealed class SftSelfThoughtMethod : Method
{
    public override TrainSpec Settings(ExperimentSpec spec) => spec.Sft;

    public override int Rollouts(MethodSpec spec) => 1;

    public override bool IsSupervised => true;

    public override bool SamplesBefore => true;

    public override MethodSpec Reads(MethodSpec spec) => new()
    {
        Name = spec.Name,
        Align = spec.Align,
        Reduction = spec.Reduction,
        MaxTokens = spec.MaxTokens,
        Temperature = spec.Temperature,
    };

    public override string? WriteLabel(Group sampled) =>
        new ParsedResponse(sampled.Rollouts[0].Text).BeforeAnswer is { } thought ? thought + sampled.Label.Text : null;

    public override Group Compare(Group sampled, MethodSpec spec) => sampled with { Members = [sampled.Label] };

    public override double[] Weigh(Group group, MethodSpec spec, int step) => [.. group.Members.Select(_ => 1.0)];

    public override Tensor Objective(Tensor logp_M, Tensor oldLogp_M, Tensor advantage_M, MethodSpec spec) => advantage_M * logp_M;
}
