using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Geometry;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Evaluation;

/// <summary>Policies that look at no picture. A metric that one of them wins measures nothing.</summary>
public static class TrivialPolicies
{
    private const double BoxShare = 0.375; // side of a guessed box: a thing of the mini benchmarks is 14 to 22 of 48 pixels

    /// <summary>The outcome of every example for every such policy.</summary>
    public static IReadOnlyDictionary<string, ItemScore[]> Score(Benchmark benchmark, ExampleSource examples, Frame? frame, long seed)
    {
        (Example Example, Truth Truth)[] items = [.. Enumerable.Range(0, examples.Count).Select(i =>
        {
            Example example = examples.At(i);
            return (example, benchmark.ReadTruth(example.Solution, frame ?? new(example.Picture.Width, example.Picture.Height),
                example.Id));
        })];
        string frequent = items.GroupBy(item => item.Example.Solution).OrderByDescending(same => same.Count())
            .ThenBy(same => same.Key, StringComparer.Ordinal).First().Key;
        return new Dictionary<string, ItemScore[]>
        {
            ["always-empty"] = Answer((_, _) => "[]"),
            ["centre-box"] = Answer((item, _) => Guess(item.Truth.Frame, 0.5, 0.5)),
            ["most-frequent"] = Answer((_, _) => frequent),
            ["random"] = Answer((item, index) =>
            {
                Draws draws = new(seed, "random policy", index);
                return draws.Chance(0.5) ? "[]" : Guess(item.Truth.Frame, draws.Unit(), draws.Unit());
            }),
        };

        ItemScore[] Answer(Func<(Example Example, Truth Truth), int, string> answer) => [.. items.Select((item, index) =>
            Evaluator.Judge(benchmark, item.Example, item.Truth, $"<answer>{answer(item, index)}</answer>"))];
    }

    // x and y from 0 to 1 move the box from one edge to the other.
    private static string Guess(Frame frame, double x, double y)
    {
        (double width, double height) = (frame.Width * BoxShare, frame.Height * BoxShare);
        (double left, double top) = (x * (frame.Width - width), y * (frame.Height - height));
        Box box = new(left, top, left + width, top + height);
        return ObjectList.Write([new(box, box.Centre)], AnswerStyle.Spaced);
    }
}
