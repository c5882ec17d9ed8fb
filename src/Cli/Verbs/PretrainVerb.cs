using System.CommandLine;
using System.Globalization;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Pretraining;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf pretrain: makes the base model of the mini benchmarks from nothing.</summary>
internal static class PretrainVerb
{
    private const int ReportEvery = 100;

    public static Command Make()
    {
        PretrainSpec defaults = new();
        Option<string> output = new("--out") { Description = "Folder to write, in Hugging Face's layout.", Required = true };
        Option<int> seed = new("--seed") { Description = "Seed of weights and pictures.", DefaultValueFactory = _ => defaults.Seed };
        Option<int> steps = new("--steps") { Description = "Steps of the whole model.", DefaultValueFactory = _ => defaults.Steps };
        Option<int> visionSteps = new("--vision-steps") { Description = "Steps of the vision tower alone, before.", DefaultValueFactory = _ => defaults.VisionSteps };
        Option<string> atlas = new("--atlas") { Description = "Folder of things to draw.", DefaultValueFactory = _ => Assets.Objects };
        Command command = new("pretrain", "Makes a small base model from nothing.") { output, seed, steps, visionSteps, atlas };
        command.SetAction(parsed =>
        {
            Torch.UseOneThreadARun();
            PretrainSpec spec = new() { Seed = parsed.GetValue(seed), Steps = parsed.GetValue(steps), VisionSteps = parsed.GetValue(visionSteps) };
            new Pretrainer(new Atlas(parsed.GetValue(atlas)!), spec).Run(parsed.GetRequiredValue(output), (step, loss) =>
            {
                if (step % ReportEvery == 0)
                {
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step}/{spec.VisionSteps + spec.Steps} loss {loss:0.000}"));
                }
            });
            return 0;
        });
        return command;
    }
}
