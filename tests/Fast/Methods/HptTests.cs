using ViSurf.Sdk;
using ViSurf.Training.Methods;

namespace ViSurf.Tests.Fast.Methods;

public class HptTests
{
    private static readonly MethodSpec Spec = new() { Name = "hpt" };
    private static readonly HptMethod Method = new();

    [Fact]
    public void Where_every_rollout_is_worse_than_the_label_the_label_alone_counts_one()
    {
        Group group = Method.Compare(Groups.Of([5, 3, 0], 6), Spec);
        Assert.True(Assert.Single(group.Members).IsLabel);
        Assert.Equal([1], Method.Weigh(group, Spec, 0));
        Assert.Equal([5, 3, 0], group.Rollouts.Select(rollout => rollout.Reward));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(6.5)]
    public void Where_one_rollout_is_as_good_as_the_label_it_is_RLVR_to_the_bit(double best)
    {
        Group sampled = Groups.Of([best, 3, 3, 0], 6);
        Group group = Method.Compare(sampled, Spec);
        Assert.Equal(sampled.Members, group.Members);
        Assert.Equal(new RlvrMethod().Weigh(sampled, Spec, 0), Method.Weigh(group, Spec, 0));
    }

    [Fact]
    public void Switches_that_it_does_not_read_tell_no_two_stages_apart() =>
        Assert.Equal(Method.Reads(Spec), Method.Reads(Spec with { InjectLabel = false, Smooth = false, SmoothMargin = 2 }));
}
