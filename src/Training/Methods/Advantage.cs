using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>How much better a member did than its group.</summary>
public static class Advantage
{
    private const double Epsilon = 1e-6;    // the lineage's, added to the deviation
    private const double SameReward = 1e-9; // an epsilon alone would turn rounding noise into advantages of 0.3

    /// <summary>(r - mean) / (std + 1e-6) over the group. All 0 where all rewards agree.</summary>
    public static double[] Normalised(ReadOnlySpan<double> rewards, Deviation deviation)
    {
        double[] advantages = new double[rewards.Length];
        (double min, double max, double sum) = (double.PositiveInfinity, double.NegativeInfinity, 0);
        foreach (double reward in rewards)
        {
            (min, max, sum) = (Math.Min(min, reward), Math.Max(max, reward), sum + reward);
        }

        if (rewards.Length < 2 || max - min < SameReward)
        {
            return advantages;
        }

        double mean = sum / rewards.Length;
        double squares = 0;
        foreach (double reward in rewards)
        {
            squares += (reward - mean) * (reward - mean);
        }

        double std = Math.Sqrt(squares / (deviation == Deviation.Sample ? rewards.Length - 1 : rewards.Length));
        for (int i = 0; i < advantages.Length; i++)
        {
            advantages[i] = (rewards[i] - mean) / (std + Epsilon);
        }

        return advantages;
    }

    /// <summary>The advantages of a group's members; a matched label has 0 by rule.</summary>
    public static double[] Normalised(Group group, MethodSpec spec)
    {
        double[] advantages = Normalised(group.Members.Select(member => member.Reward).ToArray(), spec.Deviation);
        for (int i = 0; i < advantages.Length; i++)
        {
            advantages[i] = group.Members[i].IsMatched ? 0 : advantages[i];
        }

        return advantages;
    }
}
