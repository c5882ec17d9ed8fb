using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;

namespace ViSurf.Training.Rewards;

/// <summary>The reward of a benchmark's responses: the sum of its terms. Where no thought is asked for, none is paid.</summary>
public sealed class RewardSum
{
    private readonly Thresholds thresholds;

    public RewardSum(Benchmark benchmark, PromptMode mode)
    {
        thresholds = benchmark.Thresholds;
        Names = [.. benchmark.Rewards.Where(name => mode == PromptMode.Think || !Catalogs.Rewards.Make(name, "rewards").IsForThinking)];
        Terms = [.. Names.Select(name => Catalogs.Rewards.Make(name, "rewards"))];
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<Reward> Terms { get; }

    /// <summary>The value of each term.</summary>
    public double[] Judge(ParsedResponse response, Truth truth) => [.. Terms.Select(term => term.Judge(response, truth, thresholds))];

    /// <summary>The terms of a label: it holds no thought, so what is paid for thinking is nothing (control ii) or, switched off,
    /// everything.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the example: the label does not earn all that an answer can earn, so it is
    /// wrong.</exception>
    public double[] JudgeLabel(string text, Truth truth, bool eliminateThinking, string subject)
    {
        double[] values = Judge(new ParsedResponse(text), truth);
        for (int i = 0; i < values.Length; i++)
        {
            Fault.Unless(Terms[i].IsForThinking || values[i] >= Terms[i].Max - 1e-9, FaultCode.SpecInvalid, subject,
                $"has the label {text}, which earns {values[i]} of {Terms[i].Max} for {Names[i]}: "
                + "it is wrong, or in another frame or format");
            values[i] = Terms[i].IsForThinking ? (eliminateThinking ? 0 : Terms[i].Max) : values[i];
        }

        return values;
    }
}
