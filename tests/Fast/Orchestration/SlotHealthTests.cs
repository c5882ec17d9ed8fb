using Microsoft.Extensions.Time.Testing;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class SlotHealthTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly SlotHealth health;

    public SlotHealthTests()
    {
        health = new(clock);
    }

    [Fact]
    public void A_slot_on_which_five_experiments_in_a_row_fail_takes_no_work_for_ten_minutes()
    {
        Fail(5);
        Assert.Equal("5 experiments in a row failed on it, the last with: no luck 4", health.Reason);
        clock.Advance(SlotHealth.CoolDown - TimeSpan.FromSeconds(1));
        Assert.NotNull(health.Reason);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(health.Reason);
        Fail(4);
        Assert.Null(health.Reason);
    }

    [Fact]
    public void One_experiment_that_fails_five_times_says_nothing_about_the_slot()
    {
        for (int time = 0; time < 5; time++)
        {
            health.Failed("s/same", FailureKind.Unknown, "no luck");
        }

        Assert.Null(health.Reason);
    }

    [Theory]
    [InlineData(FailureKind.OutOfMemory)]
    [InlineData(FailureKind.BadData)]
    public void One_sweep_that_would_fail_anywhere_counts_once(FailureKind kind)
    {
        for (int index = 0; index < 9; index++)
        {
            health.Failed($"bad/e{index}", kind, "no luck");
        }

        Fail(3);
        Assert.Null(health.Reason);
        health.Failed("other/e", kind, "no luck");
        Assert.NotNull(health.Reason);
    }

    [Fact]
    public void A_success_starts_the_count_anew_and_so_does_time_and_a_person_opens_it()
    {
        Fail(4);
        health.Succeeded();
        Fail(4);
        Assert.Null(health.Reason);
        clock.Advance(SlotHealth.Window + TimeSpan.FromSeconds(1));
        Fail(4);
        Assert.Null(health.Reason);
        Fail(5);
        Assert.NotNull(health.Reason);
        health.Clear();
        Assert.Null(health.Reason);
    }

    [Theory]
    [InlineData(FailureKind.Diverged)]
    [InlineData(FailureKind.UserError)]
    [InlineData(FailureKind.Preempted)]
    public void What_is_not_the_slots_fault_does_not_count(FailureKind kind)
    {
        Fail(9, kind);
        Assert.Null(health.Reason);
    }

    private void Fail(int count, FailureKind kind = FailureKind.Unknown)
    {
        for (int index = 0; index < count; index++)
        {
            health.Failed($"s/e{index}", kind, $"no luck {index}");
        }
    }
}
