using System.CommandLine;
using System.Globalization;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Weights;
using static TorchSharp.torch;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf export: trained weights as a folder that other programs load.</summary>
internal static class ExportVerb
{
    public static Command Make()
    {
        Option<string> checkpoint = Flag.Required<string>("--checkpoint",
            "What 'visurf train --out' left, a checkpoint's folder or file, a model's folder, or an experiment's id: sweep/spec.");
        Option<string> output = Flag.Required<string>("--out", "Folder to write, in Hugging Face's layout; empty, or not there yet.");
        Option<string> type =
            Flag.Optional<string>("--dtype", "float32, bfloat16 or float16; that of the model before training where nothing is given.");
        Option<string> shard = Flag.Optional<string>("--max-shard-size",
            "The largest file, such as 500MB; as in the model before training, else 5GB, where nothing is given.");
        Option<bool> adapter =
            Flag.Optional<bool>("--adapter", "Write what model.lora trained, as PEFT lays it out, and not the whole model.");
        ServerFlags flags = new();
        Command command = new("export", "Writes trained weights as a Hugging Face folder.") { checkpoint, output, type, shard, adapter };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            Torch.UseOneThreadARun();
            string to = parsed.GetRequiredValue(output);
            ScalarType? given = parsed.GetValue(type) is { } word ? ConfigFile.TypeOf(word, "--dtype") : null;
            long? largest = parsed.GetValue(shard) is { } size ? Bytes(size) : null;
            ModelFolder.DemandEmpty(to);
            ExportSource source = await ExportSource.FindAsync(parsed.GetRequiredValue(checkpoint), flags, parsed, stop);
            using Policy? adapted = source.Spec is { } spec ? Policy.Load(source.Folder, spec.Model, spec.Seed, source.Weights) : null;
            if (parsed.GetValue(adapter))
            {
                Fault.Unless(adapted is not null, FaultCode.SpecInvalid, "--adapter",
                    $"is given, and {source.Weights} holds whole weights");
                LoraFolder.Save(adapted.Adapters!, source.Folder, to);
            }
            else
            {
                ModelFolder.Export(adapted is null
                    ? ModelFolder.PlanOf(WeightFiles.Open(source.Weights), source.Folder)
                    : ModelFolder.PlanOf(adapted.Model.Merged(), source.Folder), source.Folder, to, given, largest);
            }

            if (flags.IsJson(parsed))
            {
                Output.Show.Json(new { source.Weights, source.Folder, Out = to });
            }
            else
            {
                Console.Out.WriteLine($"{source.Weights} is exported to {to}, like {source.Folder}");
            }

            return 0;
        });
        return command;
    }

    // Powers of ten, as the reference counts.
    private static long Bytes(string size)
    {
        (string unit, long bytes)[] units = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("", 1)];
        (string unit, long factor) = units.First(one => size.EndsWith(one.unit, StringComparison.OrdinalIgnoreCase));
        ReadOnlySpan<char> digits = size.AsSpan(0, size.Length - unit.Length);
        Fault.Unless(long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            && count > 0 && count <= long.MaxValue / factor,
            FaultCode.SpecInvalid, "--max-shard-size", $"is '{size}'; allowed: a whole number of bytes above 0, also with KB, MB or GB");
        return count * factor;
    }
}
