using ViSurf.Training.Methods;

namespace ViSurf.Tests.Fast.Methods;

/// <summary>Groups that have rewards and nothing else.</summary>
internal static class Groups
{
    public static Group Of(double[] rollouts, double label) =>
        new(null!, Member(label) with { IsLabel = true }, [.. rollouts.Select(Member)]);

    private static Member Member(double reward) => new() { Tokens = [1], Text = "", Terms = [reward], Reward = reward };
}
