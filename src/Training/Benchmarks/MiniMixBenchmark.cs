using ViSurf.Training.Answers;
using ViSurf.Training.Geometry;
using ViSurf.Training.Randomness;
using ViSurf.Training.Rewards;

namespace ViSurf.Training.Benchmarks;

/// <summary>Find a named thing, or say that it is not there.</summary>
/// <remarks>
/// Half of the names are known to the base model, half new to it; in training 40 % of the prompts name a thing that is not
/// shown, which the base was never asked. The headline is the harmonic mean of both accuracies, because a constant answer
/// gets half of their plain mean.
/// </remarks>
[Named("mini-mix", Source = "arXiv:2510.10606, sec. 4: non-object queries; pictures: data/objects/NOTICE.md")]
public class MiniMixBenchmark : Benchmark
{
    private const double AbsentShare = 0.4;

    public override IReadOnlyList<string> Cells { get; } = ["known-present", "known-absent", "new-present", "new-absent"];

    public override IReadOnlyList<string> Rewards { get; } = ["think-format", "answer-format", "non-repeat", "multi-object"];

    public override IReadOnlyList<Metric> Metrics { get; } =
    [
        Metric.Harmonic("harmonicMean", IsPresent, IsAbsent),
        Metric.Mean("pAcc", IsPresent),
        Metric.Mean("nAcc", IsAbsent),
        Metric.Auroc("auroc", IsAbsent, IsPresent),
        Metric.Mean("knownPresent", cell => cell == "known-present"),
        Metric.Mean("knownAbsent", cell => cell == "known-absent"),
        Metric.Mean("newPresent", cell => cell == "new-present"),
        Metric.Mean("newAbsent", cell => cell == "new-absent"),
    ];

    public override IReadOnlyList<string> Transfer => ["mini-mix-noto"];

    public override IReadOnlyList<string> Retention => ["mini-find", "mini-point", "mini-name", "mini-count"];

    public override bool MayBeAbsent => true;

    /// <summary>The drawing styles of the pictures.</summary>
    protected virtual IReadOnlyList<string> Styles => MiniScenes.Styles;

    public override string Instruction(string problem) => $"Find \"{problem}\".";

    /// <summary>As many objects as there are, each overlapping its own by more than half.</summary>
    public override bool IsRight(ParsedResponse response, Truth truth) =>
        response.Objects?.Count == truth.Objects.Count && new BoxIouReward().Judge(response, truth, Thresholds) == 1;

    public override string CellOf(string problem, Truth truth) =>
        (MiniConcepts.IsKnown(problem) ? "known-" : "new-") + (truth.Objects.Count > 0 ? "present" : "absent");

    public override Example Draw(Atlas atlas, Split split, long seed, int index)
    {
        (Scene scene, Concept asked, string cell) = DrawFor(split, seed, index, draws =>
        {
            string cell = DrawCell(ref draws, split, index);
            Concept asked = draws.Pick(cell.StartsWith("known", StringComparison.Ordinal) ? MiniScenes.In(atlas).Known
                : MiniScenes.In(atlas).New);
            bool present = IsPresent(cell);
            Scene scene = MiniScenes.Draw(ref draws, atlas, draws.From(2, 3), present ? asked : null, present ? null : asked, Styles);
            return (scene, asked, cell);
        }, drawn => drawn.Item1.Split);

        Located[] found = [.. scene.Things.Where(thing => thing.Concept == asked).Select(MiniScenes.Locate)];
        return new(IdOf(split, seed, index), asked.Name, MiniScenes.Solution(found), scene.Paint(atlas), cell,
            found is [var one] ? $"{asked.Name}: {MiniScenes.Patch(one.Point!.Value)}" : null);
    }

    private string DrawCell(ref Draws draws, Split split, int index)
    {
        if (split is Split.Dev or Split.Test)
        {
            return Cells[index % Cells.Count];
        }

        string cell = draws.Chance(0.5) ? "known-" : "new-";
        bool absent = draws.Chance(AbsentShare);
        cell += absent ? "absent" : "present";
        return Cells.Contains(cell) ? cell : Cells[draws.Below(Cells.Count)];
    }

    private static bool IsPresent(string cell) => cell.EndsWith("present", StringComparison.Ordinal);

    private static bool IsAbsent(string cell) => cell.EndsWith("absent", StringComparison.Ordinal);
}

/// <summary>The same in a drawing style that no training shows.</summary>
[Named("mini-mix-noto", Source = "as mini-mix")]
public sealed class MiniMixNotoBenchmark : MiniMixBenchmark
{
    protected override IReadOnlyList<string> Styles { get; } = ["noto"];
}

/// <summary>Find a thing by a new name, always shown: the base model can sample right answers, so RLVR needs no label.</summary>
[Named("mini-new", Source = "as mini-mix")]
public sealed class MiniNewBenchmark : MiniMixBenchmark
{
    public override IReadOnlyList<string> Cells { get; } = ["new-present"];

    public override IReadOnlyList<Metric> Metrics { get; } = [Metric.Mean("pAcc", _ => true)];

    public override IReadOnlyList<string> Transfer => [];
}
