using CsCheck;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Specs;

public class SweepMutationTests
{
    private static readonly string Good = """
        {"name":"s","seeds":[1,2],"base":{"model":{"path":"m"},"data":{"benchmark":"mini-mix"}},
        "rows":[{"method":"sft","as":"a","set":{"rl.learningRate":0.1}},{"method":"visurf"}]}
        """;

    [Fact]
    public void Any_change_of_a_sweep_gives_a_sweep_or_a_fault() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, SpecMutations.Values.Length - 1]).Array[1, 3].Sample(changes =>
        {
            string text = changes.Aggregate(
                Good, (spec, change) => SpecMutations.Change(spec, change.Item1, SpecMutations.Values[change.Item2]));
            try
            {
                SpecText.Read<SweepSpec>(text, "sweep").Expand();
            }
            catch (Fault fault)
            {
                Assert.Equal(FaultCode.SpecInvalid, fault.Code);
            }
        });

    [Fact]
    public void A_sweep_of_too_many_experiments_is_refused_before_they_are_made()
    {
        SweepSpec spec = SpecText.Read<SweepSpec>(Good, "sweep") with { Seeds = [.. Enumerable.Range(0, 5001)] };
        Assert.Equal("rows: times seeds makes 10002 experiments; allowed: up to 10000", Assert.Throws<Fault>(spec.Expand).Message);
    }

    [Theory]
    [InlineData("null", "base")]
    [InlineData("{\"\\ud800\":1}", "sweep")]
    [InlineData("{\"data\":{\"benchmark\":\"\\ud800\"}}", "sweep")]
    public void A_base_that_is_none_is_refused(string value, string subject)
    {
        string text = $$"""{"name":"s","seeds":[1],"rows":[{"method":"sft"}],"base":{{value}}}""";
        Assert.Equal(subject, Assert.Throws<Fault>(() => SpecText.Read<SweepSpec>(text, "sweep").Expand()).Subject);
    }
}
