using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Specs;

public class ScheduleSpecTests
{
    private const string Plain = """
        name: s
        seeds: [1]
        base: { model: { path: m }, data: { benchmark: mini-mix } }
        rows: [{ method: sft }, { method: visurf, require: { memory: 80 } }]
        """;

    [Fact]
    public void A_schedule_changes_no_experiment()
    {
        SweepSpec plain = SpecText.Read<SweepSpec>(Plain, "sweep");
        const string schedule = "{ require: { gpu: h100 }, prefer: { node: big }, priority: 7, maxParallel: 4, preemptible: false }";
        SweepSpec scheduled = SpecText.Read<SweepSpec>($"{Plain}\nschedule: {schedule}", "sweep");
        Assert.Equal(plain.Expand().Select(cell => cell.Spec.Id), scheduled.Expand().Select(cell => cell.Spec.Id));
        Assert.Equal((7, 4, false), (scheduled.Schedule.Priority, scheduled.Schedule.MaxParallel, scheduled.Schedule.Preemptible));
        Assert.Equal(["gpu", "memory"], scheduled.ScheduleOf("visurf").Require.Keys);
        Assert.Equal(["gpu"], scheduled.ScheduleOf("sft").Require.Keys);
        Assert.True(ScheduleSpec.AreSame(plain.ScheduleOf("sft"), null));
        Assert.False(ScheduleSpec.AreSame(scheduled.Schedule, plain.Schedule));
    }

    [Theory]
    [InlineData("priority: 2000", "schedule.priority: is 2000; allowed: -1000 to 1000")]
    [InlineData("maxParallel: 0", "schedule.maxParallel: is 0; allowed: 1 and above")]
    [InlineData("require: { gpu: true }", "schedule.require.gpu: is true; allowed: a text, or the least number")]
    [InlineData("require: { gpu: null }", "schedule.require.gpu: is null; allowed: a text, or the least number")]
    [InlineData("prefer: { 'a b': x }", "schedule.prefer: has the label 'a b'; allowed: 1 to 63 letters, digits, '.', '_' and '-'")]
    public void What_no_slot_can_have_is_refused_and_named(string field, string message) => Assert.Equal(message, Assert.Throws<Fault>(
        () => SpecText.Read<SweepSpec>($"{Plain}\nschedule: {{ {field} }}", "sweep").Expand()).Message);

    [Fact]
    public void A_label_that_no_slot_can_have_is_named_with_its_row() => Assert.Equal(
        "rows[1].require.memory: is [80]; allowed: a text, or the least number",
        Assert.Throws<Fault>(() => SpecText.Read<SweepSpec>(Plain.Replace("80", "[80]"), "sweep").Expand()).Message);
}
