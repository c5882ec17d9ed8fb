using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>Reward control (iii): outside supervision stops once the policy does as well by itself.</summary>
public static class LabelControl
{
    private const double Tolerance = 1e-9; // sums of rewards differ in their last bits

    /// <summary>if max r(o) >= r(y) - tau: r(y) = mean r(o), and A_y = 0. Source: arXiv:2510.10606, sec. 3.4.</summary>
    public static Member Smoothed(Group sampled, MethodSpec spec) => spec.Smooth && IsReached(sampled, spec.SmoothMargin)
        ? sampled.Label with { Reward = sampled.Rollouts.Average(rollout => rollout.Reward), IsMatched = true }
        : sampled.Label;

    /// <summary>Whether the best rollout is as good as the label: max r(o) >= r(y) - margin.</summary>
    public static bool IsReached(Group sampled, double margin) =>
        sampled.Rollouts.Max(rollout => rollout.Reward) >= sampled.Label.Reward - margin - Tolerance;
}
