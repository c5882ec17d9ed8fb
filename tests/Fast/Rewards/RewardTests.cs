using System.Text.RegularExpressions;
using CsCheck;
using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Geometry;
using ViSurf.Training.Rewards;

namespace ViSurf.Tests.Fast.Rewards;

public class RewardTests
{
    private static readonly Frame Frame = new(840, 840);
    private static readonly Box Label = new(100, 100, 290, 210); // 190 x 110
    private static readonly Truth One = Truth.Of([new(Label, Label.Centre)], Frame);
    private static readonly Truth None = Truth.Of([], Frame);

    [Theory]
    [InlineData(0, 3)]
    [InlineData(19, 3)]
    [InlineData(20, 2)] // the sides are 10 pixels off on average
    [InlineData(29, 2)]
    [InlineData(30, 1)] // the point is 30 pixels off
    [InlineData(63, 1)]
    [InlineData(64, 0)] // the boxes overlap by no more than half
    public void A_shifted_object_earns_what_the_lineage_pays(int shift, double expected) =>
        Assert.Equal(expected, MultiObject(Answer(Shifted(shift)), One));

    [Fact]
    public void A_spare_or_missing_or_doubled_object_halves_the_reward()
    {
        Truth two = Truth.Of([Shifted(0), Shifted(400)], Frame);
        Assert.Equal(1.5, MultiObject(Answer(Shifted(0), Shifted(400)), One));
        Assert.Equal(1.5, MultiObject(Answer(Shifted(0)), two));
        Assert.Equal(1.5, MultiObject(Answer(Shifted(0), Shifted(0)), One));
        Assert.Equal(3, MultiObject(Answer(Shifted(400), Shifted(0)), two));
    }

    [Theory]
    [InlineData("[]", true, 3, 2)]     // a right refusal earns everything
    [InlineData("[]", false, 0, 2)]    // a wrong one only its form
    [InlineData("[", true, 0, 0)]      // what cannot be read is never "empty"
    [InlineData("nothing", true, 0, 0)]
    [InlineData("{}", true, 0, 0)]
    [InlineData("[{\"bbox_2d\": [1, 2, 3, 4], \"point_2d\": [2, 3]}]", true, 0, 2)] // an invented object
    public void The_empty_answer_has_a_rule(string answer, bool isAbsent, double accuracy, double format)
    {
        ParsedResponse response = new($"<answer>{answer}</answer>");
        Truth truth = isAbsent ? None : One;
        Assert.Equal(accuracy, new MultiObjectReward().Judge(response, truth, Thresholds.Lineage));
        Assert.Equal(format, new AnswerFormatReward().Judge(response, truth, Thresholds.Lineage));
    }

    [Theory]
    [InlineData("<think>a</think><answer>[]</answer>", 1)]
    [InlineData("<think>a</think> \n <answer>[]</answer>", 1)]
    [InlineData("<think>a</think><answer>[]</answer>\n", 0)] // the lineage allows nothing after it, not even a line's end
    [InlineData("<answer>[]</answer>", 0)]
    [InlineData("x<think>a</think><answer>[]</answer>", 0)]
    [InlineData("", 0)]
    public void A_thought_and_an_answer_and_nothing_else(string text, double expected) =>
        Assert.Equal(expected, Judge(new ThinkFormatReward(), text, None));

    [Theory]
    [InlineData("[{\"bbox_2d\": [1, 2, 3, 4], \"point_2d\": [2, 3]}]", 2)]
    [InlineData("[{\"bbox_2d\": [1, 2, 3], \"point_2d\": [2, 3]}]", 1)]
    [InlineData("[{\"bbox_2d\": [1, 2, 3, 4]}]", 1)]
    [InlineData("[{\"bbox_2d\": [1, 2, 3, 4], \"point_2d\": [2, 3]}, {\"box\": 1}]", 1)]
    [InlineData("[{\"bbox_2d\": [1, 2, 3, 1e999], \"point_2d\": [\"2\", 3]}]", 0)]
    public void The_format_is_averaged_over_objects(string answer, double expected) =>
        Assert.Equal(expected, Judge(new AnswerFormatReward(), $"<answer>{answer}</answer>", One));

    [Theory]
    [InlineData("A cat. A dog. A cat", 1)]
    [InlineData("A cat. A cat. A cat", 0)]
    [InlineData("...", 1)]
    public void The_second_repeated_sentence_costs_a_point(string text, double expected) =>
        Assert.Equal(expected, Judge(new NonRepeatReward(), text, None));

    [Theory]
    [InlineData("<answer>Cat</answer>", 1)]
    [InlineData("<answer>dog</answer>", 0.1)]
    [InlineData("<answer></answer>", 0)]
    [InlineData("cat", 0)]
    public void An_exact_answer_ignores_case(string text, double expected) =>
        Assert.Equal(expected, Judge(new ExactAnswerReward(), text, Truth.Of("cat", Frame)), 1e-12);

    [Theory]
    [InlineData("<answer>[]</answer>", 1, 0)]
    [InlineData("<answer>[{\"point_2d\": [1, 1]}]</answer>", 0, 1)]
    [InlineData("<answer>?</answer>", 0, 0)]
    public void A_decision_is_about_whether_there_is_anything(string text, double whenAbsent, double whenPresent)
    {
        Assert.Equal(whenAbsent, Judge(new DecisionReward(), text, None));
        Assert.Equal(whenPresent, Judge(new DecisionReward(), text, One));
    }

    [Fact]
    public void A_point_must_lie_in_its_own_box()
    {
        Located outside = new(new Box(0, 0, 10, 10), Label.Centre);
        Assert.Equal(0, Judge(new PointReward(), Answer(outside), One));
        Assert.Equal(1, Judge(new PointReward(), Answer(Shifted(5)), One));
    }

    [Fact]
    public void Thresholds_are_fractions_of_the_frame()
    {
        Truth small = One.In(new(84, 42)); // other proportions too
        foreach (int shift in (int[])[0, 19, 21, 29, 31])
        {
            Located scaled = Shifted(shift).Scaled(0.1, 0.05);
            double here = Agreement(new BoxL1Reward(), scaled, small) + Agreement(new BoxIouReward(), scaled, small);
            double there = Agreement(new BoxL1Reward(), Shifted(shift), One) + Agreement(new BoxIouReward(), Shifted(shift), One);
            Assert.Equal(there, here);
        }
    }

    // The lineage says the form by regular expressions; here it is read in one pass.
    [Fact]
    public void The_form_is_that_of_the_lineage_s_expressions()
    {
        string[] pieces = ["<think>", "</think>", "<answer>", "</answer>", " ", "\n", "a", "<", ">"];
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 12].Sample(parts =>
        {
            string text = string.Concat(parts);
            ParsedResponse response = new(text);
            Match answer = Regex.Match(text, "<answer>(.*?)</answer>", RegexOptions.Singleline);
            Match thought = Regex.Match(text, "<think>.*?</think>", RegexOptions.Singleline);
            Assert.Equal(answer.Success ? answer.Groups[1].Value.Trim() : null, response.Answer);
            Assert.Equal(thought.Success && (!answer.Success || thought.Index < answer.Index), response.HasThought);
            Match whole = Regex.Match(text, @"\A<think>.*?</think>\s*<answer>.*?</answer>\z", RegexOptions.Singleline);
            Assert.Equal(whole.Success, response.IsWellFormed);
        });
    }

    [Fact]
    public void Every_reward_is_total_over_any_text()
    {
        string[] pieces = ["<think>", "</think>", "<answer>", "</answer>", "[", "]", "{", "}", "\"bbox_2d\"", "\"point_2d\"", ":", ",",
            " ", "1", "-7", "1e400", "null", ".", "\u0000", "\ud800", "cat", "[]", "[{\"bbox_2d\": [1, 2, 3, 4]}]"];
        Gen.Select(Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 24], Gen.Bool).Sample((parts, isAbsent) =>
        {
            ParsedResponse response = new(string.Concat(parts));
            foreach (string name in Catalogs.Rewards.Names)
            {
                Reward reward = Catalogs.Rewards.Make(name, "reward");
                Assert.InRange(reward.Judge(response, isAbsent ? None : One, Thresholds.Small), 0, reward.Max);
            }
        });
    }

    [Fact]
    public void A_label_earns_everything_but_the_thought_and_a_wrong_one_is_refused()
    {
        RewardSum rewards = new(new MiniMixBenchmark(), PromptMode.Think);
        string label = Answer(Shifted(0));
        Assert.Equal([0, 2, 1, 3], rewards.JudgeLabel(label, One, eliminateThinking: true, "row 1"));
        Assert.Equal([1, 2, 1, 3], rewards.JudgeLabel(label, One, eliminateThinking: false, "row 1"));
        Fault fault = Assert.Throws<Fault>(() => rewards.JudgeLabel(Answer(Shifted(300)), One, true, "row 1"));
        Assert.Equal(("row 1", FaultCode.SpecInvalid), (fault.Subject, fault.Code));
    }

    [Fact]
    public void Where_no_thought_is_asked_for_none_is_paid() =>
        Assert.Equal(["answer-format", "non-repeat", "multi-object"], new RewardSum(new MiniMixBenchmark(), PromptMode.Direct).Names);

    private static double Judge(Reward reward, string text, Truth truth) =>
        reward.Judge(new ParsedResponse(text), truth, Thresholds.Lineage);

    private static double MultiObject(string text, Truth truth) => Judge(new MultiObjectReward(), text, truth);

    private static double Agreement(Reward reward, Located one, Truth truth) => Judge(reward, Exactly(one), truth);

    private static Located Shifted(double x)
    {
        Box box = new(Label.X1 + x, Label.Y1, Label.X2 + x, Label.Y2);
        return new(box, box.Centre);
    }

    private static string Answer(params Located[] objects) => $"<answer>{ObjectList.Write(objects, AnswerStyle.Spaced)}</answer>";

    private static string Exactly(Located one) =>
        $"<answer>[{{\"bbox_2d\": [{one.Box!.Value.X1}, {one.Box.Value.Y1}, {one.Box.Value.X2}, {one.Box.Value.Y2}]}}]</answer>";
}
