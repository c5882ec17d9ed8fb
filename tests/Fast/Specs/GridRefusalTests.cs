using System.Diagnostics;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Specs;

/// <summary>A grid that is wrong says where, how, and what is allowed.</summary>
public class GridRefusalTests
{
    private const string Base = """
        name: s
        seeds: [1]
        base: { model: { path: m }, data: { benchmark: mini-mix } }

        """;

    private const string Method = "axes: { method: [sft, visurf]";

    [Theory]
    [InlineData(Method + ", rl.rate: [1] }", "axes.rl.rate: is no field of an experiment; known there: beta1")]
    [InlineData(Method + ", seed: [1] }", "axes.seed: is given by the sweep's seeds")]
    [InlineData(Method + ", method.name: [rlvr] }", "axes.method.name: is given by the axis method")]
    [InlineData(Method + ", variant: [a] }", "axes.variant: is given by the sweep's variants")]
    [InlineData(Method + ", rl.epochs: [] }", "axes.rl.epochs: is empty; at least one value is wanted")]
    [InlineData(Method + ", rl.epochs: [1, 2, 1.0] }", "axes.rl.epochs: has the value 1 twice")]
    [InlineData(Method + ", rl.epochs: 1 }", "axes.rl.epochs: is 1; allowed: a list of values, or a map with one of values, range, ")]
    [InlineData(Method + ", rl.epochs: [1, 200] }", "axes.rl.epochs: is 200; allowed: 1 to 100")]
    [InlineData(Method + ", rl.epochs: [many] }", "axes.rl.epochs: is \"many\"; allowed: a whole number")]
    [InlineData(Method + ", rl.epochs: { rnge: [1, 2] } }", "axes.rl.epochs.rnge: is no field; allowed: count, logRange")]
    [InlineData(Method + ", rl.epochs: {} }", "axes.rl.epochs: says no values; allowed: one of values, range, ")]
    [InlineData(Method + ", rl.epochs: { values: [1], range: [1, 2], step: 1 } }", "axes.rl.epochs: says range and values; allowed: one of ")]
    [InlineData(Method + ", rl.epochs: { range: [2, 1], step: 1 } }", "axes.rl.epochs.range: allowed: two numbers, the smaller first")]
    [InlineData(Method + ", rl.epochs: { range: [1, 2] } }", "axes.rl.epochs: has a range without step or count")]
    [InlineData(Method + ", rl.epochs: { range: [1, 2], step: -1 } }", "axes.rl.epochs.step: is -1; allowed: above 0")]
    [InlineData(Method + ", rl.epochs: { range: [1, 2], step: 1, count: 2 } }", "axes.rl.epochs.step: allowed: with range, without count")]
    [InlineData(Method + ", rl.epochs: { logRange: [0, 2], count: 2 } }", "axes.rl.epochs.logRange: allowed: two numbers, the smaller first, both")]
    [InlineData(Method + ", rl.epochs: { range: [1, 2], count: 1 } }", "axes.rl.epochs.count: is 1; allowed: 2 and above")]
    [InlineData(Method + ", rl.schedule: { range: [1, 2], step: 1 } }", "axes.rl.schedule: is no field for numbers, which range gives")]
    [InlineData("axes: { method: [1] }", "axes.method: has the value 1; allowed: names")]
    [InlineData("axes: {}", "axes: is empty; at least one axis is wanted")]
    [InlineData("axes: { rl.epochs: [1] }", "axes.method: is missing; wanted there, or method.name in the base")]
    [InlineData(Method + ", model.lora: [null], model.lora.rank: [4] }", "axes.model.lora.rank: lies within the axis model.lora")]
    [InlineData(Method + " }\nvariants: { a: { rl.rate: 1 } }", "variants.a.rl.rate: is no field of an experiment; known there: ")]
    [InlineData(Method + " }\nvariants: { a: { rl.epochs: 0 } }", "variants.a.rl.epochs: is 0; allowed: 1 to 100")]
    [InlineData(Method + " }\nvariants: { a: { method.name: rlvr } }", "variants.a.method.name: is given by the axis method")]
    [InlineData(Method + " }\nvariants: { a: { method: rlvr } }", "variants.a.method: is given by the axis method")]
    [InlineData(Method + ", rl.epochs: [1] }\nvariants: { a: { rl.epochs: 2 } }", "variants.a.rl.epochs: is set by the axis rl.epochs, too")]
    [InlineData(Method + " }\nvariants: { a: {}, b: { method.align: true } }", "axes: makes 'sft, a' and 'sft, b', which are the same experiment")]
    [InlineData(Method + " }\nvariants: { a: {}, a: {} }", "has the key 'a' twice")]
    [InlineData(Method + " }\nrows: [{ method: sft }]", "rows: has two rows called 'sft'; give one of them a label")]
    [InlineData(Method + " }\nexclude: [{ metod: sft }]", "exclude[0].metod: is no coordinate here; known: method, benchmark")]
    [InlineData(Method + " }\nexclude: [{ method: rlvr }]", "exclude[0].method: is 'rlvr'; its values: sft, visurf")]
    [InlineData(Method + " }\nexclude: [{}]", "exclude[0]: is empty; at least one coordinate is wanted")]
    [InlineData(Method + " }\nexclude: [{ method: [sft, visurf] }]", "exclude: leaves no combination")]
    [InlineData(Method + ", rl.epochs: { values: [1], when: { rl.prompts: 1 } } }", "axes.rl.epochs.when.rl.prompts: is no coordinate here")]
    [InlineData(Method + ", rl.epochs: { values: [1], when: { method: rlvr } } }", "axes.rl.epochs.when.method: is 'rlvr'; its values: sft, visurf")]
    [InlineData(Method + " }\nwhere: [rl.rate < 1]", "where[0]: names 'rl.rate', which is no field of an experiment and no coordinate here")]
    [InlineData(Method + " }\nwhere: [method == sft]", "where[0]: names 'sft', which is no single value; a text stands in double quotes")]
    [InlineData(Method + " }\nwhere: [method == grpo]", "where[0]: names 'grpo', which is no field of an experiment and no coordinate here")]
    [InlineData(Method + " }\nwhere: [variant == \"a\"]", "where[0]: names 'variant', which is no field of an experiment and no coordinate here")]
    [InlineData(Method + " }\nwhere: [rl.epochs]", "where[0]: is 'rl.epochs'; allowed: two fields or values with ==, ")]
    [InlineData(Method + " }\nwhere: [rl.epochs < 1 + 1]", "where[0]: is 'rl.epochs < 1 + 1'; allowed: two fields or values with ==, ")]
    [InlineData(Method + " }\nwhere: [rl.schedule < 1]", "where[0]: orders rl.schedule, which is no number")]
    [InlineData(Method + ", rl.epochs: [1, 2, 3] }\nwhere: [rl.epochs < 2, rl.epochs > 2]",
        "where: leaves none of 6 combinations; 'rl.epochs < 2' alone leaves 2, 'rl.epochs > 2' alone leaves 2")]
    [InlineData(Method + ", rl.epochs: { uniform: [1, 9] } }", "draw: is missing, and axes are drawn; wanted: draw: { count, seed }")]
    [InlineData(Method + " }\ndraw: { count: 3 }", "draw: stands there, and no axis is drawn")]
    [InlineData(Method + ", rl.epochs: { uniform: [1, 9] } }\ndraw: { count: 0 }", "draw.count: is 0; allowed: 1 to 10000")]
    [InlineData("rows: [{ method: sft }]\nwhere: [rl.epochs < 2]", "where: is about a grid, and the sweep has neither axes nor variants")]
    public void A_wrong_grid_is_refused_and_what_is_wrong_is_said(string grid, string message) =>
        Assert.Contains(message, Refused(grid).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("rl.epochs: { range: [1, 100], step: 1 }, rl.warmupSteps: { range: [1, 100], step: 1 }", "1000000")]
    [InlineData("rl.beta1: { range: [0, 1], count: 1000 }, rl.beta2: { range: [0, 1], count: 1000 }, rl.clipNorm: { range: [0, 1], count: 1000 }", "1000000000")]
    public void Too_many_experiments_are_counted_and_not_made(string axes, string count)
    {
        long started = Stopwatch.GetTimestamp();
        Fault fault = Refused($"axes: {{ method: [visurf], method.groupSize: {{ range: [2, 101], step: 1 }}, {axes} }}");
        Assert.StartsWith("axes: times variants, draws and seeds makes ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("000 experiments; allowed: up to 10000", fault.Message, StringComparison.Ordinal);
        Assert.Contains(count, fault.Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void An_axis_of_more_values_than_experiments_are_allowed_is_not_made_either() => Assert.Equal(
        "axes.rl.prompts: has 1000000000 values; a sweep has up to 10000 experiments",
        Refused("axes: { method: [visurf], rl.prompts: { range: [1, 1000000000], step: 1 } }").Message);

    [Fact]
    public void All_mistakes_are_said_at_once()
    {
        Fault fault = Assert.Throws<Fault>(() => SpecText.Read<SweepSpec>("""
            name: s
            seeds: [1, -1]
            base: { model: { path: m }, data: { benchmark: mini-mix, labels: 0 }, rl: { speed: 1, clipNorm: -1 } }
            axes: { method: [sft, visurf], rl.epochs: [0, 200] }
            variants: { a: { method.groupSize: 1 } }
            where: [rl.rate < 1]
            schedule: { priority: 2000 }
            """, "sweep.yaml").Expand());
        Assert.Equal(
            [
                "axes.rl.epochs", "axes.rl.epochs", "base.data.labels", "base.rl.clipNorm", "base.rl.speed",
                "schedule.priority", "seeds[1]", "variants.a.method.groupSize", "where[0]",
            ],
            fault.Others.Prepend(fault).Select(one => one.Subject).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Of_many_mistakes_twenty_are_said()
    {
        string fields = string.Join('\n', Enumerable.Range(0, 50).Select(i => $"x{i}: 1"));
        Fault fault = Assert.Throws<Fault>(() => SpecText.Read<SweepSpec>(fields, "sweep.yaml"));
        Assert.Equal(19, fault.Others.Count);
    }

    [Fact]
    public void What_is_wrong_with_base_and_constraints_is_said_though_the_axes_are_wrong_too() => Assert.Equal(
        ["axes.rl.rate", "base.rl.speed", "where[0]"],
        Subjects("""
            name: s
            seeds: [1]
            base: { model: { path: m }, data: { benchmark: b }, rl: { speed: 1 } }
            axes: { method: [sft], rl.rate: [1] }
            where: [rl.speed < 1]
            """));

    private static Fault Refused(string grid)
    {
        Fault fault = Assert.Throws<Fault>(() => SpecText.Read<SweepSpec>(Base + grid, "sweep.yaml").Expand());
        Assert.Equal(FaultCode.SpecInvalid, fault.Code);
        return fault;
    }

    private static IEnumerable<string> Subjects(string sweep)
    {
        Fault fault = Assert.Throws<Fault>(() => SpecText.Read<SweepSpec>(sweep, "sweep.yaml").Expand());
        return fault.Others.Prepend(fault).Select(one => one.Subject).Order(StringComparer.Ordinal);
    }
}
