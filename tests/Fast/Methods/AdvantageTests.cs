using CsCheck;
using ViSurf.Sdk;
using ViSurf.Training.Methods;

namespace ViSurf.Tests.Fast.Methods;

public class AdvantageTests
{
    // method: sample deviation, eight rollouts, then the label
    public static TheoryData<double[], double, bool, double[]> Worked => new()
    {
        { [2, 2, 2, 2, 2, 2, 2, 2], 6, true, [-0.3333, -0.3333, -0.3333, -0.3333, -0.3333, -0.3333, -0.3333, -0.3333, 2.6667] },
        { [5, 5, 4, 4, 3, 3, 2, 2], 6, true, [0.8765, 0.8765, 0.1594, 0.1594, -0.5578, -0.5578, -1.2749, -1.2749, 1.5936] },
        { [7, 7, 7, 4, 4, 4, 4, 4], 6, true, [1.2910, 1.2910, 1.2910, -0.7746, -0.7746, -0.7746, -0.7746, -0.7746, 0] },
        { [6, 4, 4, 4, 4, 4, 4, 4], 6, true, [2.6457, -0.3780, -0.3780, -0.3780, -0.3780, -0.3780, -0.3780, -0.3780, 0] },
        { [7, 7, 7, 7, 7, 7, 7, 7], 6, true, [0, 0, 0, 0, 0, 0, 0, 0, 0] },
        { [7, 7, 7, 7, 7, 7, 7, 7], 6, false, [0.3333, 0.3333, 0.3333, 0.3333, 0.3333, 0.3333, 0.3333, 0.3333, -2.6667] },
    };

    [Theory]
    [MemberData(nameof(Worked))]
    public void The_label_joins_the_group_as_worked_out_by_hand(double[] rollouts, double label, bool smooth, double[] expected)
    {
        double[] advantages = Weigh(rollouts, label, new() { Name = "visurf", Smooth = smooth });
        Assert.All(expected, (value, i) => Assert.Equal(value, advantages[i], 1e-4));
    }

    [Theory]
    [InlineData(8, Deviation.Population, 2.8284, -0.3536)]
    [InlineData(8, Deviation.Sample, 2.6667, -0.3333)]
    [InlineData(4, Deviation.Population, 2.0, -0.5)]
    [InlineData(4, Deviation.Sample, 1.7889, -0.4472)]
    public void A_label_above_equal_rollouts_gets_the_closed_form(int groupSize, Deviation deviation, double label, double rollout)
    {
        double[] advantages = Weigh(new double[groupSize], 1, new() { Name = "visurf", Deviation = deviation });
        Assert.Equal(label, advantages[^1], 1e-4);
        Assert.All(advantages[..^1], advantage => Assert.Equal(rollout, advantage, 1e-4));
    }

    [Theory]
    [InlineData(Deviation.Population, 9.0 / 8)]
    [InlineData(Deviation.Sample, 8.0 / 7)]
    public void A_smoothed_label_scales_the_rollouts_by_the_closed_form_and_gets_exactly_nothing(Deviation deviation, double squaredFactor)
    {
        double[] rewards = [7, 7, 5, 4, 4, 3, 2, 1];
        double[] alone = Advantage.Normalised(rewards, deviation);
        double[] advantages = Weigh(rewards, 6, new() { Name = "visurf", Deviation = deviation });
        Assert.Equal(0, advantages[^1]);
        Assert.All(alone, (advantage, i) => Assert.Equal(advantage * Math.Sqrt(squaredFactor), advantages[i], 1e-5));
    }

    [Fact]
    public void Advantages_sum_to_nothing_and_a_smoothed_label_is_never_pushed_down() =>
        Gen.Select(Gen.Double[0, 7].Array[2, 12], Gen.Double[0, 7]).Sample((rollouts, label) =>
        {
            double[] advantages = Weigh(rollouts, label, new() { Name = "visurf" });
            Assert.Equal(0, advantages.Sum(), 1e-6);
            Assert.True(advantages[^1] >= 0);
        });

    [Fact]
    public void Rounding_noise_is_no_reason_to_learn()
    {
        double[] rewards = [0.1 + 0.2, 0.3, 0.3, 0.3];
        Assert.All(Advantage.Normalised(rewards, Deviation.Sample), advantage => Assert.Equal(0, advantage));
    }

    [Fact]
    public void A_margin_lets_a_near_miss_end_the_supervision()
    {
        double[] rollouts = [5.5, 1, 1, 1];
        Assert.True(Weigh(rollouts, 6, new() { Name = "visurf" })[^1] > 0);
        Assert.Equal(0, Weigh(rollouts, 6, new() { Name = "visurf", SmoothMargin = 0.5 })[^1]);
    }

    [Fact]
    public void Without_the_label_ViSurf_is_RLVR_bit_for_bit()
    {
        MethodSpec spec = new() { Name = "visurf", InjectLabel = false };
        Group sampled = Groups.Of([5, 3, 3, 1], 6);
        Group compared = new ViSurfMethod().Compare(sampled, spec);
        Assert.Equal(sampled.Members, compared.Members);
        Assert.Equal(new RlvrMethod().Weigh(sampled, spec, 0), new ViSurfMethod().Weigh(compared, spec, 0));
    }

    private static double[] Weigh(double[] rollouts, double label, MethodSpec spec)
    {
        ViSurfMethod method = new();
        return method.Weigh(method.Compare(Groups.Of(rollouts, label), spec), spec, 0);
    }
}
