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
        clock.Advance(LeaseTable.Lifetime);
        Assert.Empty(table.TakeExpired());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([lease], table.TakeExpired());
        Assert.Empty(table.TakeExpired());
        Assert.Empty(table.Idle());
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
        clock.Advance(TimeSpan.FromSeconds(10));
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
        clock.Advance(LeaseTable.Lifetime + TimeSpan.FromSeconds(1));
        Assert.Equal([lease], table.TakeExpired());
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
