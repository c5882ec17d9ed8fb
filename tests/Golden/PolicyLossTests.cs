using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Methods;
using ViSurf.Training.Sampling;

namespace ViSurf.Tests.Golden;

public class PolicyLossTests
{
    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(Fixtures.Path("grpo.json")))!;
    private static readonly JsonNode Inputs = Golden["token_loss"]!["inputs"]!;
    private static readonly int[] Lengths = [.. Rows("mask").Select(row => (int)row.Sum())];

    public static TheoryData<int> TrlCases => [.. Cases("trl").Index()
        .Where(pair => pair.Item!["delta"] is null && pair.Item["importance_sampling_level"]!.GetValue<string>() == "token")
            .Select(pair => pair.Index)];

    [Fact]
    public void Advantages_equal_the_lineage()
    {
        int compared = 0;
        foreach (JsonNode? one in (JsonArray)Golden["advantages"]!)
        {
            double[] rewards = one!["rewards"]!.Deserialize<double[]>()!;
            int[] groups = one["verl"]!["group_ids"]!.Deserialize<int[]>()!;
            double[] expected = one["verl"]!["f64"]!.Deserialize<double[]>()!;
            foreach (IGrouping<int,
                int> group in Enumerable.Range(0, rewards.Length).GroupBy(i => groups[i]).Where(group => group.Count() > 1))
            {
                int[] members = [.. group];
                double[] advantages = Advantage.Normalised(members.Select(i => rewards[i]).ToArray(), Deviation.Sample);
                Assert.All(members, (i, place) => Assert.Equal(expected[i], advantages[place], 1e-9));
                compared++;
            }
        }

        Assert.True(compared >= 10);
    }

    [Theory]
    [MemberData(nameof(TrlCases))]
    public void Loss_and_gradient_equal_TRL_for_each_reduction(int index)
    {
        JsonNode one = Cases("trl")[index]!;
        MethodSpec spec = new()
        {
            Name = "rlvr",
            ClipLow = one["epsilon_low"]!.GetValue<double>(),
            ClipHigh = one["epsilon_high"]!.GetValue<double>(),
            KlWeight = one["beta"]!.GetValue<double>(),
        };
        (double loss, double[] gradient) = Loss(spec, Weights(one["loss_type"]!.GetValue<string>()));

        Assert.Equal(one["f64"]!["loss"]!.GetValue<double>(), loss, 1e-9);
        Assert.All(Packed(one["f64"]!["grad_per_token_logps"]!.Deserialize<double[][]>()!), (expected, i) =>
            Assert.Equal(expected, gradient[i], 1e-9));
    }

    [Fact]
    public void The_clip_share_equals_verl()
    {
        JsonNode one = Cases("verl").First(c => c!["kl_loss_coef"]!.GetValue<double>() == 0)!;
        double clip = one["clip_ratio"]!.GetValue<double>();
        MethodSpec spec = new() { Name = "rlvr", ClipLow = clip, ClipHigh = clip };
        using var scope = NewDisposeScope();

        long clipped = Surrogate.ClippedTokens(Tokens("per_token_logps"), Tokens("old_per_token_logps"), PerToken(Advantages()), spec);

        Assert.Equal(one["f64"]!["pg_clipfrac"]!.GetValue<double>(), (double)clipped / Lengths.Sum(), 1e-9);
    }

    [Fact]
    public void Divergence_k3_equals_the_reference()
    {
        using var scope = NewDisposeScope();
        double[] k3 = Divergence.Estimate(Tokens("per_token_logps"), Tokens("ref_per_token_logps"), KlEstimator.K3)
            .data<double>().ToArray();
        double[] expected = Packed(Golden["token_loss"]!["k3_per_token_f64"]!.Deserialize<double[][]>()!);
        Assert.All(expected, (value, i) => Assert.Equal(value, k3[i], 1e-9));
    }

    [Fact]
    public void Log_probabilities_equal_the_reference_at_each_temperature()
    {
        using var scope = NewDisposeScope();
        JsonNode golden = Golden["logps_from_logits"]!;
        double[][][] logits = golden["logits"]!.Deserialize<double[][][]>()!;
        long[][] ids = golden["ids"]!.Deserialize<long[][]>()!;
        int words = logits[0][0].Length;
        Assert.All((JsonArray)golden["cases"]!, one =>
        {
            using TokenDistribution distribution = new(one!["temperature"]!.GetValue<double>(), [], words);
            Tensor all = distribution.LogProbs(
                tensor(logits.SelectMany(row => row.Take(ids[0].Length).SelectMany(x => x)).ToArray(), ids.Length * ids[0].Length, words));
            Tensor logp = all.gather(1, tensor(ids.SelectMany(x => x).ToArray()).unsqueeze(1)).squeeze(1);
            Assert.All(one["logps"]!.Deserialize<double[][]>()!.SelectMany(x => x), (expected, i) =>
                Assert.Equal(expected, logp[i].item<double>(), 1e-6));
        });
    }

    private static (double Loss, double[] Gradient) Loss(MethodSpec spec, double[] rowWeights)
    {
        using var scope = NewDisposeScope();
        Tensor logp = Tokens("per_token_logps").requires_grad_();
        Tensor gain = Surrogate.Clipped(logp, Tokens("old_per_token_logps"), PerToken(Advantages()), spec);
        if (spec.KlWeight > 0)
        {
            gain = gain - (Divergence.Estimate(logp, Tokens("ref_per_token_logps"), KlEstimator.K3) * spec.KlWeight);
        }

        Tensor loss = -(gain * PerToken(rowWeights)).sum();
        loss.backward();
        return (loss.item<double>(), logp.grad!.data<double>().ToArray());
    }

    // TRL's names of the four reductions; its "dapo" counts the tokens of two such batches, here one further row.
    private static double[] Weights(string lossType)
    {
        int group = Inputs["group_size"]!.GetValue<int>();
        int elsewhere = Inputs["num_items_in_batch_of_two_such_batches"]!.GetValue<int>() - Lengths.Sum();
        List<WeightedRow> rows = [.. Lengths.Select(length => new WeightedRow(length, group, IsCounted: true))];
        Reduction reduction = lossType switch
        {
            "grpo" => Reduction.SequenceMean,
            "dr_grpo" => Reduction.FixedLength,
            _ => Reduction.TokenMean,
        };
        if (lossType == "dapo")
        {
            rows.Add(new(elsewhere, group, IsCounted: true));
        }

        return [.. TokenWeights.Of(rows, Lengths.Length / group, reduction, Inputs["max_completion_length"]!.GetValue<int>())
            .Take(Lengths.Length)];
    }

    private static JsonArray Cases(string kind) => (JsonArray)Golden["token_loss"]![kind]!;

    private static double[] Advantages() => Inputs["advantages"]!.Deserialize<double[]>()!;

    private static double[][] Rows(string name) => Inputs[name]!.Deserialize<double[][]>()!;

    private static Tensor Tokens(string name) => tensor(Packed(Rows(name)));

    private static Tensor PerToken(double[] rows) => tensor(rows.SelectMany((value, i) => Enumerable.Repeat(value, Lengths[i])).ToArray());

    private static double[] Packed(double[][] rows) => [.. rows.SelectMany((row, i) => row.Take(Lengths[i]))];
}
