using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>Reward control (iii): outside supervision stops once the policy does as well by itself.</summary>
public static class LabelControl
{
    private const double Tolerance = 1e-9; // sums of rewards differ in their last bits

    /// <summary>if max r(o) >= r(y) - tau: r(y) = mean r(o), and A_y = 0. Source: arXiv:2510.10606, sec. 3.4.</summary>
    public static Member Smoothed(Group sampled, MethodSpec spec)
    {
        if (!spec.Smooth || sampled.Members.Max(rollout => rollout.Reward) < sampled.Label.Reward - spec.SmoothMargin - Tolerance)
        {
            return sampled.Label;
        }

        return sampled.Label with { Reward = sampled.Members.Average(rollout => rollout.Reward), IsMatched = true };
    }
}
