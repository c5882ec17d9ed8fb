using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class SweepPlannerTests
{
    private static readonly string[] Benchmarks = ["mini-mix", "mini-new", "mini-find", "mini-point", "mini-name", "mini-count"];
    private static readonly string[] Methods = ["sft", "rlvr", "sft-rlvr", "visurf"];
    private readonly SweepPlanner planner = new(new StagePlanner(Nano.Atlas));

    // 4 methods x 6 benchmarks x 3 seeds: each sft-rlvr starts from the sft of its benchmark and seed.
    [Fact]
    public void The_paper_s_grid_needs_72_training_stages_and_not_90()
    {
        SweepPlan plan = planner.Plan(Grid(Benchmarks));
        Assert.Equal((72, 90), (plan.TrainingStages, plan.TrainingStagesAlone));
        Assert.Equal(73, plan.Cells.Count);
        Assert.All(plan.Cells, cell => Assert.Equal("evaluate", cell.Stages[^1].Name));
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
        Assert.DoesNotContain(planner.Plan(faster).Cells[0].Stages[0].Key, cells.Select(cell => cell.Stages[0].Key));
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
