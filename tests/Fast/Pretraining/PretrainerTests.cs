using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Policies;
using ViSurf.Training.Pretraining;

namespace ViSurf.Tests.Fast.Pretraining;

public class PretrainerTests
{
    private static readonly PretrainSpec Short = new() { VisionSteps = 2, Steps = 2, Batch = 8 };

    [Fact]
    public void One_seed_makes_one_base_and_another_seed_another()
    {
        using TemporaryFolder folder = new();
        string[] folders = [folder.File("a"), folder.File("b"), folder.File("c")];
        Run(folders[0], Short);
        Run(folders[1], Short);
        Run(folders[2], Short with { Seed = 2 });
        byte[][] weights = [.. folders.Select(one => File.ReadAllBytes(Path.Combine(one, "model.safetensors")))];
        Assert.Equal(weights[0], weights[1]);
        Assert.NotEqual(weights[0], weights[2]);
    }

    [Fact]
    public void Both_losses_fall()
    {
        using TemporaryFolder folder = new();
        List<double> losses = Run(folder.Path, Short with { VisionSteps = 24, Steps = 24 });
        Assert.Equal(48, losses.Count);
        Assert.All([losses[..24], losses[24..]], part => Assert.True(part[^4..].Average() < 0.8 * part[..4].Average()));
    }

    [Fact]
    public void What_is_made_loads_and_responds()
    {
        using TemporaryFolder folder = new();
        Run(folder.Path, Short);
        using Policy policy = Policy.Load(folder.Path);
        FindTask task = new();
        ItemScore[] scores = new Evaluator(policy, new(4)).Score(task, PromptMode.Direct,
            new ViSurf.Training.Data.DrawnExamples(task, Nano.Atlas, Split.Test, 1, 2), null, TestContext.Current.CancellationToken);
        Assert.Equal(2, scores.Length);
    }

    private static List<double> Run(string folder, PretrainSpec spec)
    {
        List<double> losses = [];
        new Pretrainer(Nano.Atlas, spec).Run(folder, (_, loss) => losses.Add(loss));
        return losses;
    }
}
