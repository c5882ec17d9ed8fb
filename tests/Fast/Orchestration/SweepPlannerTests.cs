using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class SweepPlannerTests
{
    private static readonly string[] Methods = ["sft", "rlvr", "sft-rlvr", "visurf"];
    private readonly SweepPlanner planner = new(new StagePlanner(Nano.Atlas));

    // 4 methods x 6 benchmarks x 3 seeds: each sft-rlvr starts from the sft of its benchmark and seed.
    [Fact]
    public void The_paper_s_grid_needs_72_training_stages_and_not_90()
    {
        SweepPlan plan = planner.Plan(Paper());
        Assert.Equal((72, 90), (plan.TrainingStages, plan.TrainingStagesAlone));
        Assert.Equal(72, plan.Cells.Count(cell => cell.Method != "base"));
        Assert.Equal(6, plan.Cells.Count(cell => cell.Method == "base"));
        Assert.All(plan.Cells, cell => Assert.Equal("evaluate", cell.Stages[^1].Name));
    }

    [Fact]
    public void The_paper_s_grid_is_refused_where_it_would_be_run_with_each_benchmark_that_has_no_adapter()
    {
        Fault fault = Assert.Throws<Fault>(() => planner.Expand("paper", Paper()));
        Assert.Equal(6, fault.Others.Count + 1);
        Assert.StartsWith("data.benchmark: 'grefcoco' has no adapter", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_that_cannot_be_planned_is_said_and_each_reason_once()
    {
        SweepSpec spec = Grid(["maxi-mix", "mini-mix", "mega-mix"]);
        Fault fault = Assert.Throws<Fault>(() => planner.Plan(spec));
        Assert.Equal(["maxi-mix", "mega-mix"], fault.Others.Prepend(fault).Select(one => one.Reason.Split('\'')[1]));
    }

    [Fact]
    public void More_values_of_an_axis_only_add_experiments()
    {
        SweepState few = Submit(null, Learning("[2e-4]"));
        SweepState more = Submit(few, Learning("[1e-4, 2e-4, 4e-4]"));
        Assert.Equal((3, 2, 7), (few.Orders.Count, more.Revision, more.Orders.Count));
        Assert.Equal(few.Orders.Select(order => order.Spec.Id), more.Orders.Take(3).Select(order => order.Spec.Id));
        Assert.Throws<Fault>(() => Submit(more, Learning("[1e-4]")));
    }

    private SweepState Submit(SweepState? state, SweepSpec spec) =>
        SweepRules.Submit("s", state, spec, planner.Expand("s", spec), DateTimeOffset.UnixEpoch).Next!;

    private static SweepSpec Learning(string rates) => SpecText.Read<SweepSpec>($$"""
        name: learning
        seeds: [1]
        base: { model: { path: {{Nano.Spec("sft").Model.Path}} }, data: { benchmark: mini-mix, labels: 32 }, rl: { prompts: 32 } }
        axes: { method: [rlvr, visurf], rl.learningRate: {{rates}} }
        """, "learning");

    private static SweepSpec Paper()
    {
        SweepSpec spec = SpecText.ReadFile<SweepSpec>(Repository.File("sweeps", "paper-7b.yaml"));
        spec.Base["model"] = new JsonObject { ["path"] = Nano.Spec("sft").Model.Path };
        return spec;
    }

    [Fact]
    public void The_same_spec_gives_the_same_ids_and_keys() => Assert.Equal(
        Keys(planner.Plan(Grid(["mini-mix"]))), Keys(planner.Plan(Grid(["mini-mix"]))));

    [Fact]
    public void Another_seed_or_rate_is_another_stage()
    {
        IReadOnlyList<PlannedCell> cells = planner.Plan(Grid(["mini-mix"])).Cells;
        Assert.Equal(3, cells.Where(cell => cell.Method == "sft").Select(cell => cell.Stages[0].Key).Distinct().Count());
        SweepSpec faster = Grid(["mini-mix"]) with { Base = SpecText.Read<SweepSpec>(Text(["mini-mix"], "1e-5"), "faster").Base };
        string key = planner.Plan(faster).Cells.First(cell => cell.Method == "sft").Stages[0].Key;
        Assert.DoesNotContain(key, cells.Select(cell => cell.Stages[0].Key));
    }

    private static string[] Keys(SweepPlan plan) =>
        [.. plan.Cells.Select(cell => $"{cell.SpecId} {string.Join(' ', cell.Stages.Select(stage => stage.Key))}")];

    private static SweepSpec Grid(string[] benchmarks) => SpecText.Read<SweepSpec>(Text(benchmarks, "1e-3"), "grid");

    private static string Text(string[] benchmarks, string rate)
    {
        IEnumerable<string> rows = from benchmark in benchmarks
                                   from method in Methods
                                   select $"  - {{ method: {method}, as: {method} {benchmark}, set: {{ data.benchmark: {benchmark} }} }}";
        return $$"""
            name: grid
            seeds: [1, 2, 3]
            base:
              model: { path: {{Nano.Spec("sft").Model.Path}} }
              data: { benchmark: mini-mix, labels: 32 }
              sft: { prompts: 32, learningRate: {{rate}} }
              rl: { prompts: 32 }
            rows:

            """ + string.Join('\n', rows);
    }
}
