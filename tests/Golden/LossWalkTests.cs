using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Golden;

/// <summary>Twenty steps of each method from the shipped base. A change of training moves them, and must say so.</summary>
public class LossWalkTests
{
    // Another processor rounds differently; twenty steps let that grow to about this.
    private const double Tolerance = 1e-3;

    [Theory]
    [InlineData("sft")]
    [InlineData("rlvr")]
    [InlineData("visurf")]
    public void Twenty_steps_lose_what_they_lost_before(string method)
    {
        Walk now = Take(method);
        string path = Repository.File("tests", "Golden", "walks", $"{method}.json");
        string written = Path.Combine(AppContext.BaseDirectory, $"{method}.json");
        File.WriteAllText(written, JsonSerializer.Serialize(now, SpecJson.Options) + "\n");
        Walk before = JsonSerializer.Deserialize<Walk>(File.ReadAllText(path), SpecJson.Options)!;
        string advice = $"where the change is meant, raise StageKey.TrainingVersion and copy {written} over {path}";
        Assert.True(before.TrainingVersion == now.TrainingVersion, advice);
        Assert.Equal(before.Losses.Count, now.Losses.Count);
        for (int step = 0; step < now.Losses.Count; step++)
        {
            Assert.True(Math.Abs(before.Losses[step] - now.Losses[step]) < Tolerance,
                $"step {step + 1}: {now.Losses[step]} instead of {before.Losses[step]}; {advice}");
            Assert.True(Math.Abs(before.Rewards[step] - now.Rewards[step]) < Tolerance, $"step {step + 1}: reward; {advice}");
        }
    }

    private static Walk Take(string method)
    {
        string folder = Directory.CreateTempSubdirectory("visurf-walk-").FullName;
        try
        {
            ExperimentPlan plan = new(Spec(method), new Atlas(Repository.File("data", "objects")));
            List<StepRecord> steps = [];
            StageWork work = plan.Work(0, startWeights: null) with { Dev = null };
            new StageRunner(work, Path.Combine(folder, work.Key), steps.Add, fault => throw fault).Run(CancellationToken.None);
            return new(StageKey.TrainingVersion,
                [.. steps.Select(step => step.Metrics["train/loss"])],
                [.. steps.Select(step => step.Metrics.GetValueOrDefault("reward/mean"))]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ExperimentSpec Spec(string method) => new()
    {
        Name = "walk",
        Model = new() { Path = Repository.File("models", "tiny-base") },
        Data = new() { Benchmark = "mini-mix", Labels = 80 },
        Method = new() { Name = method, GroupSize = 4 },
        Sft = new() { Prompts = 80, PromptsPerStep = 4 },
        Rl = new() { Prompts = 80, PromptsPerStep = 4 },
    };

    /// <param name="Losses">Of each step.</param>
    /// <param name="Rewards">Mean reward of each step's rollouts; 0 where there are none.</param>
    private sealed record Walk(int TrainingVersion, IReadOnlyList<double> Losses, IReadOnlyList<double> Rewards);
}
