using Microsoft.Extensions.Time.Testing;
using ViSurf.Grains;

namespace ViSurf.Tests.Fast.Orchestration;

public class LeaseTableTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly LeaseTable table;

    public LeaseTableTests()
    {
        table = new(clock);
    }

    [Fact]
    public void A_slot_is_idle_once_it_reports_and_until_it_is_promised()
    {
        Assert.Empty(table.Idle());
        Report("x", null);
        Assert.Equal(["x"], table.Idle());
        table.Promise("x");
        Assert.Empty(table.Idle());
        table.Settle("x", null);
        Assert.Equal(["x"], table.Idle());
    }

    [Fact]
    public void A_slot_that_drains_is_given_nothing()
    {
        table.Heard(new("x", null, null, IsDraining: true));
        Assert.Empty(table.Idle());
    }

    [Fact]
    public void A_lease_lives_as_long_as_its_slot_reports_it()
    {
        Lease lease = Give("x");
        for (int second = 0; second < 60; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            Report("x", lease);
            Assert.Empty(table.TakeExpired());
        }
    }

    [Fact]
    public void A_silent_slot_loses_its_lease_after_its_lifetime_and_not_before()
    {
        Lease lease = Give("x");
        Pass(LeaseTable.Lifetime, "y");
        Assert.Empty(table.TakeExpired());
        clock.Advance(TimeSpan.FromSeconds(1)); // whether y reports before that second's turn or after it
        Assert.Equal([lease], table.TakeExpired());
        Assert.Empty(table.TakeExpired());
        Assert.Equal(["y"], table.Idle());
    }

    // A second scheduler that no slot reports to, or one whose machine has slept.
    [Fact]
    public void Who_hears_of_no_slot_judges_none()
    {
        Lease lease = Give("x");
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(table.TakeExpired());
        Report("x", lease);
        Report("y", null);
        Assert.Empty(table.TakeExpired());
    }

    [Fact]
    public void Who_was_deaf_for_a_while_counts_that_time_as_nobody_s_silence()
    {
        Lease lease = Give("x");
        Pass(TimeSpan.FromSeconds(5), "y");
        Report("x", lease with { Fence = 0 });
        clock.Advance(TimeSpan.FromSeconds(14));
        Report("y", null);
        Assert.Empty(table.TakeExpired());
        Report("x", lease);
        Pass(LeaseTable.Lifetime - TimeSpan.FromSeconds(5), "y");
        clock.Advance(TimeSpan.FromHours(1));
        Report("y", null);
        Assert.Empty(table.TakeExpired());
        Pass(TimeSpan.FromSeconds(6), "y");
        Assert.Equal([lease], table.TakeExpired());
    }

    [Fact]
    public void Who_hears_seldom_of_every_slot_still_finds_the_one_that_is_silent()
    {
        Lease lease = Give("x");
        List<Lease> expired = [];
        for (int report = 0; report < 6; report++)
        {
            clock.Advance(LeaseTable.Grace + TimeSpan.FromSeconds(1));
            Report("y", null);
            expired.AddRange(table.TakeExpired());
        }

        Assert.Equal([lease], expired);
    }

    [Fact]
    public void A_slot_that_took_no_work_is_idle_again_when_it_says_so()
    {
        Report("x", null);
        table.Promise("x");
        table.Refused("x");
        table.Settle("x", null);
        Assert.Empty(table.Idle());
        Report("x", null);
        Assert.Equal(["x"], table.Idle());
    }

    [Fact]
    public void A_lease_is_out_of_work_where_its_slot_reports_another_experiment_s()
    {
        Lease held = Give("x");
        Lease lost = new("s/2", 1, "x");
        Assert.False(table.HasOtherWork(lost));
        Report("x", held);
        Assert.True(table.HasOtherWork(lost));
        Assert.False(table.HasOtherWork(held));
        Assert.False(table.HasOtherWork(lost with { SlotId = "y" }));
    }

    [Fact]
    public void A_slot_that_reports_no_work_loses_its_lease_after_the_grace()
    {
        Lease lease = Give("x");
        Report("x", null);
        clock.Advance(TimeSpan.FromSeconds(2));
        Report("x", null);
        Assert.Empty(table.TakeExpired());
        clock.Advance(TimeSpan.FromSeconds(2));
        Report("x", null);
        Assert.Equal([lease], table.TakeExpired());
        Assert.Equal(["x"], table.Idle());
    }

    [Fact]
    public void A_slot_that_works_on_what_the_table_does_not_know_is_busy_and_left_alone()
    {
        Report("x", new("s/1", 4, "x"));
        Assert.Empty(table.Idle());
        Pass(TimeSpan.FromSeconds(10), "y");
        Assert.Empty(table.TakeExpired());
    }

    [Fact]
    public void A_late_report_of_a_lease_that_has_ended_keeps_no_slot_busy()
    {
        Lease lease = Give("x");
        Assert.True(table.Release(lease));
        Report("x", lease);
        Assert.Equal(["x"], table.Idle());
        Assert.False(table.Release(lease));
    }

    [Fact]
    public void A_lease_from_the_rows_is_adopted_unless_the_table_knows_better()
    {
        Lease lease = Give("x");
        Assert.False(table.Adopt(new("s/2", 1, "x")));
        Assert.False(table.Adopt(new(lease.ExperimentId, 9, "y")));
        Assert.True(table.Adopt(new("s/2", 1, "y")));
        Assert.True(table.IsLeased("s/2"));
    }

    // After a restart the rows name slots that have not reported yet.
    [Fact]
    public void An_adopted_lease_of_a_slot_never_heard_of_expires_after_its_lifetime()
    {
        Lease lease = new("s/1", 3, "gone");
        table.Adopt(lease);
        Pass(LeaseTable.Lifetime + TimeSpan.FromSeconds(1), "x");
        Assert.Equal([lease], table.TakeExpired());
    }

    /// <summary>Time in which one idle slot reports every second.</summary>
    private void Pass(TimeSpan time, string slot)
    {
        for (int second = 0; second < time.TotalSeconds; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            Report(slot, null);
        }
    }

    private void Report(string slot, Lease? lease) => table.Heard(new(slot, lease, null, IsDraining: false));

    private Lease Give(string slot)
    {
        Lease lease = new("s/1", 1, slot);
        Report(slot, null);
        table.Promise(slot);
        table.Settle(slot, lease);
        return lease;
    }
}
