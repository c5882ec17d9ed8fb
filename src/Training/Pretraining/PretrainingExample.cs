using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Pretraining;

/// <summary>An old task with the response that the base is to learn, and what each patch shows.</summary>
/// <param name="PatchClasses">In the order of the pixel rows: 0 is ground, else 1 + the index of the thing.</param>
internal sealed record PretrainingExample(Prompt Prompt, int[] Response, long[] PatchClasses)
{
    /// <summary>What the base learns.</summary>
    public static readonly OldTask[] Tasks = [new FindTask(), new PointTask(), new NameTask(), new CountTask(), new SayTask()];
    private static readonly double[] Shares = [0.38, 0.19, 0.19, 0.19, 0.05];

    /// <summary>Classes of a patch: ground, and every thing, named or not.</summary>
    public static int Classes(Atlas atlas) => 1 + MiniScenes.In(atlas).All.Count;

    public static PretrainingExample Draw(Policy policy, Atlas atlas, PretrainSpec spec, int index)
    {
        Draws draws = new(spec.Seed, "pretraining", index);
        OldTask task = Tasks[Choose(draws.Unit())];
        PromptMode mode = draws.Chance(spec.ThinkShare) ? PromptMode.Think : PromptMode.Direct;
        (Example example, Scene scene) = task.DrawWithScene(atlas, Split.Base, spec.Seed, index);
        Prompt prompt = policy.Prepare(example, task, mode);
        string thought = mode == PromptMode.Think ? $"<think>{example.Thought}</think>" : "";
        string response = $"{thought}<answer>{task.WriteAnswer(prompt.Truth, AnswerStyle.Spaced)}</answer>";
        return new(prompt, policy.EncodeResponse(response), Classify(scene, MiniScenes.In(atlas), policy.Model.Config.Vision));
    }

    private static int Choose(double unit)
    {
        int task = 0;
        while (task < Shares.Length - 1 && unit >= Shares[task])
        {
            unit -= Shares[task++];
        }

        return task;
    }

    // A patch shows the thing whose box holds its middle.
    private static long[] Classify(Scene scene, MiniConcepts concepts, VisionConfig vision)
    {
        int side = scene.Side / vision.PatchSize;
        return [.. PatchLayout.Of([new(1, side, side)], vision.MergeSize, windowCells: 1).Places.Select(place =>
        {
            Placed? shown = scene.Things.FirstOrDefault(thing => thing.Box.Contains(
                new((place.Column + 0.5) * vision.PatchSize, (place.Row + 0.5) * vision.PatchSize)));
            return shown is null ? 0L : 1 + concepts.All.Index().First(pair => pair.Item == shown.Concept).Index;
        })];
    }
}
