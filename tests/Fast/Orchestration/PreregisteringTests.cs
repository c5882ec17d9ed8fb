using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class PreregisteringTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly PreregistrationSpec Hypotheses = Claims(new HypothesisSpec
    {
        Name = "H1",
        Row = "visurf",
        Against = "rlvr",
        Measure = "HM",
    });

    private static readonly SweepSpec Spec = new()
    {
        Name = "s",
        Base = new JsonObject(),
        Rows = [],
        Seeds = [1],
        Preregistration = Hypotheses,
    };

    [Fact]
    public void The_hash_is_that_of_hypotheses_and_experiments_in_any_order()
    {
        string hash = Preregistering.Take(Spec, Orders("a", "b"), [], Now).Sha256;
        Assert.Equal(hash, Preregistering.Take(Spec, Orders("b", "a"), [], Now).Sha256);
        Assert.NotEqual(hash, Preregistering.Take(Spec, Orders("a"), [], Now).Sha256);
        SweepSpec other = Spec with { Preregistration = Hypotheses with { Note = "else" } };
        Assert.NotEqual(hash, Preregistering.Take(other, Orders("a", "b"), [], Now).Sha256);
        Assert.Matches(@"^\d+\.\d+\.\d+", Preregistering.Code);
    }

    [Fact]
    public void Hypotheses_that_come_after_a_score_are_refused()
    {
        Fault fault = Assert.Throws<Fault>(() => Preregistering.Take(Spec, Orders("a"), ["k1"], Now));
        Assert.Equal((FaultCode.Conflict, "preregistration"), (fault.Code, fault.Subject));
        Assert.Contains("k1", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Hypotheses_about_what_is_not_measured_are_refused_before_anything_is_stored()
    {
        HypothesisSpec good = Hypotheses.Hypotheses[0];
        SweepSpec wrong = Spec with { Preregistration = Claims(good, good with { Measure = "luck" }, good with { Measure = "thinkRate" }) };
        Fault fault = Assert.Throws<Fault>(() => Preregistering.Take(wrong, Orders("a"), [], Now));
        Assert.Equal(["preregistration.hypotheses[1].measure", "preregistration.hypotheses[2].measure"],
            fault.Others.Prepend(fault).Select(one => one.Subject));
    }

    [Fact]
    public void The_same_sweep_again_with_or_without_its_hypotheses_changes_nothing()
    {
        SweepState state = SweepRules.Submit("s", null, Spec, Orders("a"), Now).Next!;
        Assert.Equal((SubmitOutcome.Unchanged, null), SweepRules.Submit("s", state, Spec, Orders("a"), Now));
        Assert.Equal((SubmitOutcome.Unchanged, null),
            SweepRules.Submit("s", state, Spec with { Preregistration = null }, Orders("a"), Now));
        SweepState later = SweepRules.Submit("s", state,
            Spec with { Preregistration = null, Retention = new() { Days = 3 } }, Orders("a"), Now).Next!;
        Assert.Same(Hypotheses, later.Spec.Preregistration);
    }

    [Fact]
    public void Hypotheses_that_change_or_come_later_are_refused_and_so_are_more_experiments()
    {
        SweepState with = SweepRules.Submit("s", null, Spec, Orders("a"), Now).Next!;
        SweepState without = SweepRules.Submit("s", null, Spec with { Preregistration = null }, Orders("a"), Now).Next!;
        SweepSpec other = Spec with { Preregistration = Hypotheses with { Note = "else" } };
        Assert.Contains("other hypotheses", Refused(with, other, "a"), StringComparison.Ordinal);
        Assert.Contains("without hypotheses", Refused(without, Spec, "a"), StringComparison.Ordinal);
        Assert.Contains("none of 1 more", Refused(with, Spec, "a", "b"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("study")]
    [InlineData("study-2048")]
    [InlineData("study-new")]
    public void The_study_s_hypotheses_fit_its_sweeps(string name)
    {
        SweepSpec sweep = SpecText.ReadFile<SweepSpec>(Repository.File("sweeps", $"{name}.yaml")) with
        {
            Preregistration = SpecText.ReadFile<PreregistrationSpec>(Repository.File("docs", "preregistration", $"{name}.yaml")),
        };
        ExperimentOrder[] orders = [.. sweep.Expand().Select((cell, i) => new ExperimentOrder("s", cell.Row, i, cell.Spec, []))];
        Assert.NotEmpty(Preregistering.Take(sweep, orders, [], Now).Sha256);
    }

    private static string Refused(SweepState state, SweepSpec spec, params string[] rows)
    {
        Fault fault = Assert.Throws<Fault>(() => SweepRules.Submit("s", state, spec, Orders(rows), Now));
        Assert.Equal(FaultCode.Conflict, fault.Code);
        return fault.Reason;
    }

    private static PreregistrationSpec Claims(params HypothesisSpec[] all) => new() { Hypotheses = all };

    private static ExperimentOrder[] Orders(params string[] rows) => [.. rows.Select((row, i) =>
        new ExperimentOrder("s", row, i, Nano.Spec("sft") with { Name = row }, [new(StagePlanner.Evaluate, $"key-{row}", 1)]))];
}
