using ViSurf.Grains;

namespace ViSurf.Tests.Fast.Orchestration;

public class BlobNameTests
{
    [Fact]
    public void A_checkpoint_s_name_says_stage_experiment_and_fence() => Assert.Equal(
        new("0123456789abcdef-alone", "a.sweep-1/fedcba", 12), BlobName.Read("s/0123456789abcdef-alone/a.sweep-1/fedcba/f12-s340"));

    [Theory]
    [InlineData("")]
    [InlineData("drafts/1")]
    [InlineData("s/key/sweep/spec/f12")]
    [InlineData("s/key/sweep/spec/f-s1")]
    [InlineData("s/key/sweep/f1-s1")]
    [InlineData("s/key/sweep/spec/more/f1-s1")]
    [InlineData("s/key/sweep/spec/f1-s1.part")]
    [InlineData("s/key/sweep/spec/f99999999999999999999-s1")]
    public void Another_name_is_none(string name) => Assert.Null(BlobName.Read(name));
}
