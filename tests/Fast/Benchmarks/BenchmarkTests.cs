using System.IO.Hashing;
using ViSurf.Training;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Geometry;

namespace ViSurf.Tests.Fast.Benchmarks;

public class BenchmarkTests
{
    private const int Drawn = 600;

    public static TheoryData<string> Names =>
        [.. Catalogs.Benchmarks.Names.Where(name => Catalogs.Benchmarks.Make(name, "name").Declared is null)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_arguments_draw_the_same_picture_and_others_another(string name)
    {
        Benchmark benchmark = Catalogs.Benchmarks.Make(name, "name");
        Example first = benchmark.Draw(Nano.Atlas, Split.Train, 1, 7);
        Assert.Equal(first.Picture.Rgb, benchmark.Draw(Nano.Atlas, Split.Train, 1, 7).Picture.Rgb);
        Assert.NotEqual(first.Picture.Rgb, benchmark.Draw(Nano.Atlas, Split.Train, 1, 8).Picture.Rgb);
        Assert.NotEqual(first.Picture.Rgb, benchmark.Draw(Nano.Atlas, Split.Train, 2, 7).Picture.Rgb);
        Assert.NotEqual(first.Picture.Rgb, benchmark.Draw(Nano.Atlas, Split.Test, 1, 7).Picture.Rgb);
    }

    // A change here changes every committed score: raise nothing but this number, and say so in the changelog.
    [Fact]
    public void The_first_50_pictures_are_those_of_the_committed_scores()
    {
        XxHash64 hash = new();
        for (int i = 0; i < 50; i++)
        {
            hash.Append(new MiniMixBenchmark().Draw(Nano.Atlas, Split.Test, 1, i).Picture.Rgb);
        }

        Assert.Equal("f12fcceb8768518b", Convert.ToHexStringLower(hash.GetCurrentHash()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_label_is_the_right_answer_in_both_styles_and_earns_the_whole_reward(string name)
    {
        Benchmark benchmark = Catalogs.Benchmarks.Make(name, "name");
        for (int i = 0; i < 60; i++)
        {
            Example example = benchmark.Draw(Nano.Atlas, Split.Train, 1, i);
            Truth truth = benchmark.ReadTruth(example.Solution, new Frame(48, 48), example.Id);
            foreach (AnswerStyle style in Enum.GetValues<AnswerStyle>())
            {
                string answer = $"<answer>{benchmark.WriteAnswer(truth, style)}</answer>";
                Assert.True(benchmark.IsRight(new ParsedResponse(answer), truth), answer);
            }

            Assert.All(truth.Objects, one =>
                Assert.True(one.Box!.Value is { X1: >= 0, Y1: >= 0, X2: <= 48, Y2: <= 48 } box && box.Contains(one.Point!.Value)));
        }
    }

    [Fact]
    public void Test_items_fall_evenly_into_cells_and_training_has_40_percent_absent()
    {
        MiniMixBenchmark benchmark = new();
        Assert.Equal([150, 150, 150, 150], Cells(Split.Test).GroupBy(cell => cell).Select(cell => cell.Count()));
        string[] train = [.. Cells(Split.Train)];
        Assert.Equal(0.4, train.Average(cell => cell.EndsWith("absent", StringComparison.Ordinal) ? 1.0 : 0), 0.06);
        Assert.Equal(0.5, train.Average(cell => cell.StartsWith("new", StringComparison.Ordinal) ? 1.0 : 0), 0.06);

        IEnumerable<string> Cells(Split split) => Enumerable.Range(0, Drawn).Select(i => benchmark.Draw(Nano.Atlas, split, 1, i).Cell!);
    }

    [Fact]
    public void What_is_absent_is_not_shown_and_what_is_present_is()
    {
        MiniMixBenchmark benchmark = new();
        for (int i = 0; i < 100; i++)
        {
            Example example = benchmark.Draw(Nano.Atlas, Split.Train, 3, i);
            Assert.Equal(example.Cell!.EndsWith("absent", StringComparison.Ordinal), example.Solution == "[]");
            Assert.Equal(example.Cell.StartsWith("known", StringComparison.Ordinal), MiniConcepts.IsKnown(example.Problem));
            Assert.Equal(example.Cell, benchmark.CellOf(example.Problem, benchmark.ReadTruth(example.Solution, new(48, 48), example.Id)));
        }
    }

    [Fact]
    public void No_composition_belongs_to_two_splits()
    {
        // The split is a function of the composition alone, whatever was drawn for whom.
        Dictionary<string, Split> seen = [];
        foreach (Split split in Enum.GetValues<Split>())
        {
            for (int i = 0; i < 200; i++)
            {
                (_, Scene scene) = new FindTask().DrawWithScene(Nano.Atlas, split, 1, i);
                Assert.Equal(split, scene.Split);
                string composition = string.Join(' ',
                    scene.Things.OrderBy(thing => thing.Concept.Index).Select(thing => $"{thing.Concept.Index}:{thing.Box}"));
                Assert.True(seen.TryAdd(composition, split) || seen[composition] == split);
            }
        }
    }

    [Fact]
    public void No_trivial_policy_wins_the_headline()
    {
        MiniMixBenchmark benchmark = new();
        var scores = TrivialPolicies.Score(benchmark,
            new ViSurf.Training.Data.DrawnExamples(benchmark, Nano.Atlas, Split.Dev, 1, 400), null, 1);
        Assert.Equal(["always-empty", "centre-box", "most-frequent", "random"], scores.Keys);
        Assert.Equal(1, benchmark.Metrics.Single(metric => metric.Name == "nAcc").Of(scores["always-empty"]));
        Assert.All(scores.Values, items => Assert.InRange(benchmark.Metrics[0].Of(items), 0, 0.2));
    }

    [Theory]
    [InlineData("<answer>[]</answer>", false)]
    [InlineData("<answer>[{\"bbox_2d\": [10, 10, 30, 30], \"point_2d\": [20, 20]}]</answer>", true)]
    [InlineData("<answer>[{\"bbox_2d\": [10, 10, 30, 30]}, {\"bbox_2d\": [10, 10, 30, 30]}]</answer>", false)] // spamming boxes
    [InlineData("<answer>[{\"bbox_2d\": [20, 20, 40, 40]}]</answer>", false)]
    [InlineData("[{\"bbox_2d\": [10, 10, 30, 30]}]", false)]
    public void Only_the_one_object_in_its_place_is_right(string text, bool isRight)
    {
        Truth truth = Truth.Of([new(new Box(10, 10, 30, 30), new Point(20, 20))], new(48, 48));
        Assert.Equal(isRight, new MiniMixBenchmark().IsRight(new ParsedResponse(text), truth));
    }

    [Fact]
    public void Mini_new_asks_for_new_things_that_are_shown() => Assert.All(
        Enumerable.Range(0, 100).Select(i => new MiniNewBenchmark().Draw(Nano.Atlas, Split.Train, 1, i)),
        example => Assert.True(!MiniConcepts.IsKnown(example.Problem) && example.Solution != "[]"));

    [Theory]
    [InlineData("mini-find", "\"bbox_2d\"")]
    [InlineData("mini-point", "\"point_2d\"")]
    [InlineData("mini-name", "[a-z]+")]
    [InlineData("mini-count", "^[0-9]$")]
    [InlineData("mini-say", "[a-z]+")]
    public void Each_old_task_has_its_own_kind_of_answer(string name, string answer)
    {
        Benchmark task = Catalogs.Benchmarks.Make(name, "name");
        for (int i = 0; i < 50; i++)
        {
            Example example = task.Draw(Nano.Atlas, Split.Base, 1, i);
            Truth truth = task.ReadTruth(example.Solution, new Frame(48, 48), example.Id);
            Assert.Matches(answer, task.WriteAnswer(truth, AnswerStyle.Spaced));
        }
    }

    [Fact]
    public void An_unreadable_answer_is_no_refusal()
    {
        Truth none = Truth.Of([], new(48, 48));
        Assert.True(new MiniMixBenchmark().IsRight(new ParsedResponse("<answer>[]</answer>"), none));
        Assert.False(new MiniMixBenchmark().IsRight(new ParsedResponse("<answer>[</answer>"), none));
        Assert.False(new MiniMixBenchmark().IsRight(new ParsedResponse(""), none));
    }
}
