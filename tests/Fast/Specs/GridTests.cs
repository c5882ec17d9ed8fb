using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Tests.Fast.Specs;

/// <summary>What axes, variants, constraints and draws come to.</summary>
public class GridTests
{
    private const string Base = """
        name: s
        seeds: [1, 2]
        base: { model: { path: m }, data: { benchmark: mini-mix, labels: 512 }, rl: { prompts: 512 } }

        """;

    [Fact]
    public void A_grid_is_every_method_with_every_variant_and_value_under_labels_that_say_what_varies()
    {
        IReadOnlyList<SweepCell> cells = Expand("""
            axes: { rl.learningRate: [1e-4, 2e-4], method: [visurf, rlvr] }
            variants: { full: {}, noAlign: { method.align: false } }
            """);
        Assert.Equal(
            [
                "visurf, full, rl.learningRate=0.0001", "visurf, full, rl.learningRate=0.0002",
                "visurf, noAlign, rl.learningRate=0.0001", "visurf, noAlign, rl.learningRate=0.0002",
                "rlvr, full, rl.learningRate=0.0001", "rlvr, full, rl.learningRate=0.0002",
                "rlvr, noAlign, rl.learningRate=0.0001", "rlvr, noAlign, rl.learningRate=0.0002",
            ],
            cells.Where(cell => cell.Seed == 1).Select(cell => cell.Row));
        Assert.Equal(16, cells.Count);
        SweepCell third = cells[2];
        Assert.Equal(("visurf", false, 1e-4), (third.Spec.Method.Name, third.Spec.Method.Align, third.Spec.Rl.LearningRate));
        Assert.Equal(["method: visurf", "benchmark: mini-mix", "variant: noAlign", "rl.learningRate: 0.0001"],
            third.Coordinates.Select(pair => $"{pair.Key}: {pair.Value}"));
    }

    [Fact]
    public void Where_nothing_but_the_method_varies_a_row_is_called_after_it() =>
        Assert.Equal(["sft", "visurf"], Rows("axes: { method: [sft, visurf] }"));

    [Fact]
    public void Rows_that_are_written_out_come_after_the_grid_s() => Assert.Equal(["sft", "visurf", "long"],
        Rows("axes: { method: [sft, visurf] }\nrows: [{ method: sft, as: long, set: { sft.prompts: 1024 } }]"));

    [Theory]
    [InlineData("{ range: [2, 8], step: 3 }", "2 5 8")]
    [InlineData("{ range: [2, 9], step: 3 }", "2 5 8")]
    [InlineData("{ range: [4, 16], count: 4 }", "4 8 12 16")]
    [InlineData("{ logRange: [4, 16], count: 3 }", "4 8 16")]
    [InlineData("{ values: [16, 4] }", "16 4")]
    public void A_range_stands_for_its_numbers(string axis, string sizes) => Assert.Equal(sizes, string.Join(" ",
        Expand($"axes: {{ method: [visurf], method.groupSize: {axis} }}").Where(cell => cell.Seed == 1)
            .Select(cell => cell.Spec.Method.GroupSize)));

    [Fact]
    public void A_logarithmic_range_has_the_numbers_that_a_person_would_write() =>
        Assert.Equal([1e-4, 2e-4, 4e-4], Rates("{ logRange: [1e-4, 4e-4], count: 3 }", ""));

    [Fact]
    public void Draws_depend_on_the_seed_and_their_number_alone_so_that_more_of_them_only_add()
    {
        const string axis = "{ logUniform: [1e-5, 1e-3] }";
        double[] four = Rates(axis, "draw: { count: 4, seed: 7 }");
        Assert.Equal(4, four.Distinct().Count());
        Assert.All(four, rate => Assert.InRange(rate, 1e-5, 1e-3));
        Assert.Equal(four, Rates(axis, "draw: { count: 9, seed: 7 }")[..4]);
        Assert.Empty(four.Intersect(Rates(axis, "draw: { count: 4, seed: 8 }")));
    }

    [Fact]
    public void Draws_of_whole_numbers_that_repeat_are_one_experiment()
    {
        string[] rows = Rows("axes: { method: [visurf], method.groupSize: { uniform: [3.5, 5.4] } }\ndraw: { count: 30 }");
        Assert.Equal(["visurf, method.groupSize=4", "visurf, method.groupSize=5"], rows.Order());
    }

    [Fact]
    public void Axes_that_are_drawn_are_drawn_together() => Assert.Equal(2 * 5, Rows("""
        axes: { method: [visurf, rlvr], rl.learningRate: { logUniform: [1e-5, 1e-3] }, rl.weightDecay: { uniform: [0, 1] } }
        draw: { count: 5, seed: 3 }
        """).Length);

    [Fact]
    public void An_axis_with_a_condition_is_there_only_where_it_holds() => Assert.Equal(
        ["visurf, method.smoothMargin=0", "visurf, method.smoothMargin=1", "rlvr"],
        Rows("axes: { method: [visurf, rlvr], method.smoothMargin: { values: [0, 1], when: { method: visurf } } }"));

    [Fact]
    public void What_is_excluded_and_what_breaks_a_constraint_is_left_out() => Assert.Equal(
        ["visurf, rl.prompts=256", "visurf, rl.prompts=512", "rlvr, rl.prompts=512"],
        Rows("""
            axes: { method: [visurf, rlvr], rl.prompts: [256, 512, 1024] }
            exclude: [{ method: [rlvr], rl.prompts: 256 }]
            where: ["rl.prompts <= data.labels"]
            """));

    [Theory]
    [InlineData("method == \\\"visurf\\\"", "visurf 4, visurf 8")]
    [InlineData("method.groupSize < 8", "rlvr 4, visurf 4")]
    [InlineData("8 > method.groupSize", "rlvr 4, visurf 4")]
    [InlineData("method.groupSize != 4", "rlvr 8, visurf 8")]
    [InlineData("method.groupSize>=8", "rlvr 8, visurf 8")]
    [InlineData("method.clipLow == 0.2", "rlvr 4, rlvr 8, visurf 4, visurf 8")]
    [InlineData("data.file == null", "rlvr 4, rlvr 8, visurf 4, visurf 8")]
    public void A_constraint_compares_fields_defaults_too_and_values(string constraint, string rows) => Assert.Equal(rows,
        string.Join(", ", Expand($"axes: {{ method: [rlvr, visurf], method.groupSize: [4, 8] }}\nwhere: [\"{constraint}\"]")
            .Where(cell => cell.Seed == 1).Select(cell => $"{cell.Spec.Method.Name} {cell.Spec.Method.GroupSize}")));

    [Fact]
    public void More_values_and_another_order_of_the_file_leave_experiments_what_they_are()
    {
        string[] few = Ids("axes: { method: [visurf], rl.learningRate: [2e-4] }\nvariants: { full: {} }");
        string[] many = Ids("""
            axes: { rl.learningRate: [1e-4, 2e-4], method: [rlvr, visurf] }
            variants: { noAlign: { method.align: false }, full: {} }
            """);
        Assert.Equal((3, 17), (few.Length, many.Length));
        Assert.Empty(few.Except(many));
    }

    [Fact]
    public void The_base_model_is_measured_once_for_each_benchmark_of_the_axis()
    {
        SweepSpec spec = Read("axes: { benchmark: [mini-mix, mini-new], method: [sft] }");
        IReadOnlyList<SweepCell> cells = Sweep.Expand(spec);
        Assert.Equal(["base, mini-mix", "base, mini-new"], cells.Take(Sweep.BasesOf(spec, cells)).Select(cell => cell.Row));
    }

    private static SweepSpec Read(string grid) => SpecText.Read<SweepSpec>(Base + grid, "sweep.yaml");

    private static IReadOnlyList<SweepCell> Expand(string grid) => Read(grid).Expand();

    private static string[] Rows(string grid) => [.. Expand(grid).Where(cell => cell.Seed == 1).Select(cell => cell.Row)];

    private static string[] Ids(string grid) => [.. Sweep.Expand(Read(grid)).Select(cell => cell.Spec.Id)];

    private static double[] Rates(string axis, string draw) => [.. Expand($"axes: {{ method: [visurf], rl.learningRate: {axis} }}\n{draw}")
        .Where(cell => cell.Seed == 1).Select(cell => cell.Spec.Rl.LearningRate)];
}
