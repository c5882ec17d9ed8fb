using System.CommandLine;
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
        Option<string> output = Flag.Required<string>("--out", "Folder to write, in Hugging Face's layout.");
        Option<int> seed = Flag.Optional("--seed", "Seed of weights and pictures.", defaults.Seed);
        Option<int> steps = Flag.Optional("--steps", "Steps of the whole model.", defaults.Steps);
        Option<int> visionSteps = Flag.Optional("--vision-steps", "Steps of the vision tower alone, before.", defaults.VisionSteps);
        Option<string> atlas = Flag.Optional("--atlas", "Folder of things to draw.", Assets.Objects);
        Command command = new("pretrain", "Makes a small base model from nothing.") { output, seed, steps, visionSteps, atlas };
        command.SetAction(parsed =>
        {
            Torch.UseOneThreadARun();
            PretrainSpec spec = new()
            {
                Seed = parsed.GetValue(seed),
                Steps = parsed.GetValue(steps),
                VisionSteps = parsed.GetValue(visionSteps),
            };
            Atlas things = new(Assets.Find(parsed.GetValue(atlas)!));
            new Pretrainer(things, spec).Run(parsed.GetRequiredValue(output), (step, loss) =>
            {
                if (step % ReportEvery == 0)
                {
                    Console.Error.WriteLine($"step {step}/{spec.VisionSteps + spec.Steps} loss {loss:0.000}");
                }
            });
            return 0;
        });
        return command;
    }
}
