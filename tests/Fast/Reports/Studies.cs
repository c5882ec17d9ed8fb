using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;
using ViSurf.Training.Randomness;
using ViSurf.Training.Reports;

namespace ViSurf.Tests.Fast.Reports;

/// <summary>Studies with made-up outcomes: each row is right with its own chance, item by item.</summary>
internal static class Studies
{
    private const int ItemsOfCell = 100;
    private const int Things = 25;

    /// <param name="rows">Label, and the chance of a right answer.</param>
    public static Study Of(int seeds, params (string Label, double Chance)[] rows)
    {
        int[] numbers = [.. Enumerable.Range(1, seeds)];
        return new("made-up", numbers,
            [.. rows.Select(row => new StudyRow(row.Label, [.. numbers.Select(seed => Result(row.Label, seed, row.Chance))]))],
            Measurements("base", 0, 0.3),
            new Dictionary<string, Measurement> { ["always-empty"] = Task("always-empty", 0, 0.1) });
    }

    /// <summary>The same with a quarter of the items.</summary>
    public static Study Small(int seeds, params (string Label, double Chance)[] rows)
    {
        Study all = Of(seeds, rows);
        Measurement Few(Measurement one) => one with { Items = [.. one.Items.Take(one.Items.Count / 4)] };
        return all with
        {
            Rows = [.. all.Rows.Select(row => row with
            {
                Results = [.. row.Results.Select(result => result with { Measurements = [.. result.Measurements.Select(Few)] })],
            })],
            Base = [.. all.Base.Select(Few)],
            Trivial = all.Trivial.ToDictionary(pair => pair.Key, pair => Few(pair.Value)),
        };
    }

    /// <summary>The same with how sure each row is that nothing is there: the surer, the likelier it answers right.</summary>
    public static Study Sure(int seeds, params (string Label, double Chance)[] rows)
    {
        Study all = Of(seeds, rows);
        Dictionary<string, double> chances = rows.ToDictionary(row => row.Label, row => row.Chance);
        return all with
        {
            Rows = [.. all.Rows.Select(row => row with
            {
                Results = [.. row.Results.Select(result => result with
                {
                    Measurements = [.. result.Measurements.Select(one => Sure(one, result.Spec.Seed, row.Label, chances[row.Label]))],
                })],
            })],
            Base = [.. all.Base.Select(one => Sure(one, 0, "base", 0))],
        };
    }

    private static Measurement Sure(Measurement one, int seed, string label, double chance)
    {
        Draws draws = new(seed, $"{label}/{one.Role}/{one.Benchmark}/absence");
        List<ItemScore> items = [];
        foreach (ItemScore item in one.Items)
        {
            double sure = draws.Unit() + (item.Cell.EndsWith("absent", StringComparison.Ordinal) ? chance : 0);
            items.Add(item.Cell == "all" ? item : item with { AbsentLogProb = (float)(sure - 2) });
        }

        return one with { Items = items };
    }

    private static ExperimentResult Result(string label, int seed, double chance)
    {
        ExperimentSpec spec = new()
        {
            Name = label,
            Seed = seed,
            Model = new() { Path = "models/none" },
            Data = new() { Benchmark = "mini-mix" },
            Method = new() { Name = "visurf" },
        };
        return new()
        {
            Id = spec.Id,
            Spec = spec,
            Stages = [new($"{label}{seed}", 10, AnswerStyle.Spaced, new(Prompts: 160, CpuSeconds: 2))],
            Measurements = Measurements(label, seed, chance),
        };
    }

    private static Measurement[] Measurements(string label, int seed, double chance)
    {
        Benchmark benchmark = Catalogs.Benchmarks.Make("mini-mix", "benchmark");
        return
        [
            Task(label, seed, chance),
            Items(MeasurementRole.Transfer, "mini-mix-noto", PromptMode.Think, benchmark.Cells, label, seed, chance),
            .. benchmark.Retention.SelectMany(name => Enum.GetValues<PromptMode>().Select(mode =>
                Items(MeasurementRole.Retention, name, mode, ["all"], label, seed, chance))),
            Items(MeasurementRole.Trained, "mini-mix", PromptMode.Think, benchmark.Cells, label, seed, chance),
        ];
    }

    private static Measurement Task(string label, int seed, double chance) => Items(MeasurementRole.Task, "mini-mix", PromptMode.Think,
        Catalogs.Benchmarks.Make("mini-mix", "benchmark").Cells, label, seed, chance);

    private static Measurement Items(MeasurementRole role, string benchmark, PromptMode prompt, IReadOnlyList<string> cells,
        string label, int seed, double chance)
    {
        Draws draws = new(seed, $"{label}/{role}/{benchmark}/{prompt}");
        List<ItemScore> items = [];
        for (int i = 0; i < ItemsOfCell * cells.Count; i++)
        {
            double score = draws.Chance(chance) ? 1 : 0;
            items.Add(new($"{role}/{benchmark}/{i}", cells[i % cells.Count], "<answer>[]</answer>", score, false, true,
                $"thing {i % Things}"));
        }

        return new(role, benchmark, prompt, items);
    }
}
