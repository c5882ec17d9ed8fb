using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>The questions on which post-training methods differ. The loop owns the rest.</summary>
public abstract class Method
{
    /// <summary>How the stage is optimised.</summary>
    public virtual TrainSpec Settings(ExperimentSpec spec) => spec.Rl;

    /// <summary>How many rollouts a prompt gets.</summary>
    public virtual int Rollouts(MethodSpec spec) => spec.GroupSize;

    /// <summary>How many members a compared group has.</summary>
    public virtual int Members(MethodSpec spec) => Rollouts(spec);

    /// <summary>Whether labels alone are learnt from: their likelihood is that of all words, at temperature 1.</summary>
    public virtual bool IsSupervised => false;

    /// <summary>Whether rollouts are those of the model before training.</summary>
    public virtual bool SamplesBefore => false;

    /// <summary>The label's text: the answer block, unless the method writes it otherwise; null leaves the prompt out.</summary>
    public virtual string? WriteLabel(Group sampled) => sampled.Label.Text;

    /// <summary>The switches that this method reads; the others stand at their defaults, so that they tell no two stages apart.</summary>
    public abstract MethodSpec Reads(MethodSpec spec);

    /// <summary>Who is in the group?</summary>
    public abstract Group Compare(Group sampled, MethodSpec spec);

    /// <summary>How much does each member count?</summary>
    public abstract double[] Weigh(Group group, MethodSpec spec, int step);

    /// <summary>What is pushed up, token by token? [M] x 3 -> [M], M the tokens of all members.</summary>
    public abstract Tensor Objective(Tensor logp_M, Tensor oldLogp_M, Tensor advantage_M, MethodSpec spec);
}
