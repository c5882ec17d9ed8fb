using System.Globalization;
using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Geometry;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Benchmarks;

/// <summary>A task the base model was pretrained on and post-training never shows: what it loses there is forgetting.</summary>
public abstract class OldTask : Benchmark
{
    public override IReadOnlyList<string> Cells { get; } = ["all"];

    public override IReadOnlyList<string> Rewards { get; } = ["think-format", "exact-answer"];

    public override IReadOnlyList<Metric> Metrics { get; } = [Metric.Mean("accuracy", _ => true)];

    /// <summary>The right answers are plain texts.</summary>
    public override Truth ReadTruth(string solution, Frame frame, string subject) => Truth.Of(solution, frame);

    public override string WriteAnswer(Truth truth, AnswerStyle style) => truth.Text!;

    public override bool IsRight(ParsedResponse response, Truth truth) => response.Answer == truth.Text;

    public override Example Draw(Atlas atlas, Split split, long seed, int index) => DrawWithScene(atlas, split, seed, index).Example;

    /// <summary>Draws an example and tells what its picture is made of.</summary>
    internal (Example Example, Scene Scene) DrawWithScene(Atlas atlas, Split split, long seed, int index)
    {
        (Example example, Scene scene) = DrawFor(split, seed, index, draws => Draw(ref draws, atlas), drawn => drawn.Scene.Split);
        return (example with { Id = IdOf(split, seed, index), Picture = scene.Paint(atlas), Cell = Cells[0] }, scene);
    }

    /// <summary>Draws a scene and what is asked about it; the picture is painted later.</summary>
    protected abstract (Example Example, Scene Scene) Draw(ref Draws draws, Atlas atlas);

    protected static Example Unpainted(string problem, string solution, string thought) =>
        new("", problem, solution, new(0, 0, []), Thought: thought);
}

/// <summary>Find a thing the base knows, always shown.</summary>
[Named("mini-find", Source = "as mini-mix")]
public sealed class FindTask : OldTask
{
    private static readonly MiniMixBenchmark Find = new();

    public override IReadOnlyList<string> Rewards => Find.Rewards;

    public override string Instruction(string problem) => Find.Instruction(problem);

    public override Truth ReadTruth(string solution, Frame frame, string subject) => Find.ReadTruth(solution, frame, subject);

    public override string WriteAnswer(Truth truth, AnswerStyle style) => Find.WriteAnswer(truth, style);

    public override bool IsRight(ParsedResponse response, Truth truth) => Find.IsRight(response, truth);

    protected override (Example Example, Scene Scene) Draw(ref Draws draws, Atlas atlas)
    {
        Concept asked = draws.Pick(MiniScenes.In(atlas).Known);
        Scene scene = MiniScenes.Draw(ref draws, atlas, draws.From(2, 3), asked, null, MiniScenes.Styles);
        Located thing = MiniScenes.Locate(scene.Things[0]);
        return (Unpainted(asked.Name, MiniScenes.Solution(thing), $"{asked.Name}: {MiniScenes.Patch(thing.Point!.Value)}"), scene);
    }
}

/// <summary>Point at a thing the base knows: right inside its box.</summary>
[Named("mini-point", Source = "arXiv:2505.12081, sec. 3.3: point_2d")]
public sealed class PointTask : OldTask
{
    public override IReadOnlyList<string> Rewards { get; } = ["think-format", "answer-format"];

    public override string Instruction(string problem) => $"Point at \"{problem}\".";

    public override Truth ReadTruth(string solution, Frame frame, string subject)
    {
        IReadOnlyList<Located>? objects = ObjectList.TryParse(solution);
        Fault.Unless(objects is [{ Box: not null, Point: not null }], FaultCode.FileDamaged, subject,
            $"has the solution '{solution}'; allowed: a list of one object with bbox_2d and point_2d");
        return Truth.Of(objects, frame);
    }

    public override string WriteAnswer(Truth truth, AnswerStyle style) => ObjectList.Write(truth.Objects, style, pointsOnly: true);

    public override bool IsRight(ParsedResponse response, Truth truth) =>
        response.Objects is [{ Point: { } point }] && truth.Objects[0].Box!.Value.Contains(point);

    protected override (Example Example, Scene Scene) Draw(ref Draws draws, Atlas atlas)
    {
        Concept asked = draws.Pick(MiniScenes.In(atlas).Known);
        Scene scene = MiniScenes.Draw(ref draws, atlas, draws.From(2, 3), asked, null, MiniScenes.Styles);
        Located thing = MiniScenes.Locate(scene.Things[0]);
        return (Unpainted(asked.Name, MiniScenes.Solution(thing), $"{asked.Name}: {MiniScenes.Patch(thing.Point!.Value)}"), scene);
    }
}

/// <summary>Name what is at a point; on bare ground the answer is "none".</summary>
[Named("mini-name", Source = "own")]
public sealed class NameTask : OldTask
{
    private const double GroundShare = 0.2;

    public override string Instruction(string problem) => $"Name {problem}.";

    public override string? ConceptOf(string problem, Truth truth) => truth.Text;

    protected override (Example Example, Scene Scene) Draw(ref Draws draws, Atlas atlas)
    {
        Concept asked = draws.Pick(MiniScenes.In(atlas).Known);
        Scene scene = MiniScenes.Draw(ref draws, atlas, draws.From(2, 3), asked, null, MiniScenes.Styles);
        Placed thing = scene.Things[0];
        bool ground = draws.Chance(GroundShare);
        Point point = ground
            ? Bare(ref draws, scene)
            : new(thing.X + draws.From(thing.Width / 4, thing.Width * 3 / 4), thing.Y + draws.From(thing.Height / 4, thing.Height * 3 / 4));
        string name = ground ? "none" : asked.Name;
        return (Unpainted($"{(int)point.X}, {(int)point.Y}", name, $"{MiniScenes.Patch(point)}: {name}"), scene);
    }

    // Things cover at most two thirds of the picture, so a bare point is soon found.
    private static Point Bare(ref Draws draws, Scene scene)
    {
        while (true)
        {
            Point point = new(draws.Below(scene.Side), draws.Below(scene.Side));
            if (!scene.Things.Any(thing => thing.Box.Contains(point)))
            {
                return point;
            }
        }
    }
}

/// <summary>Count the things, named or not.</summary>
[Named("mini-count", Source = "own")]
public sealed class CountTask : OldTask
{
    public override string Instruction(string problem) => $"Count {problem}.";

    public override string? ConceptOf(string problem, Truth truth) => null;

    protected override (Example Example, Scene Scene) Draw(ref Draws draws, Atlas atlas)
    {
        Scene scene = MiniScenes.Draw(ref draws, atlas, draws.From(1, 4), null, null, MiniScenes.Styles);
        IEnumerable<string> patches = scene.Things.Select(thing => MiniScenes.Locate(thing).Point!.Value)
            .OrderBy(point => (int)point.Y / 8).ThenBy(point => point.X).Select(MiniScenes.Patch);
        return (Unpainted("all", scene.Things.Count.ToString(CultureInfo.InvariantCulture), string.Join("; ", patches)), scene);
    }
}

/// <summary>Say a name, known or new: the base meets the words of new things, never with their pictures.</summary>
/// <remarks>Without it the new names are ids the base never read, and it answers them with broken text.</remarks>
[Named("mini-say", Source = "own")]
public sealed class SayTask : OldTask
{
    public override string Instruction(string problem) => $"Say \"{problem}\".";

    protected override (Example Example, Scene Scene) Draw(ref Draws draws, Atlas atlas)
    {
        string name = draws.Pick(MiniScenes.In(atlas).All).Name;
        return (Unpainted(name, name, name), MiniScenes.Draw(ref draws, atlas, draws.From(1, 4), null, null, MiniScenes.Styles));
    }
}
