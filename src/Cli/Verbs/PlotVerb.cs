using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf plot: what a sweep came to, as plots in files.</summary>
internal static class PlotVerb
{
    private static readonly Dictionary<string, PlotFormat> Formats = new() { ["svg"] = PlotFormat.Svg, ["png"] = PlotFormat.Png };

    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "The sweep's id." };
        Option<string> output = Flag.Required<string>("--out", "Folder to write, a file a plot.");
        Option<string> format = Flag.Optional("--format", "svg or png.", "svg");
        Option<string> measure =
            Flag.Optional<string>("--measure", "The measure whose bars are drawn, by name; the headline where nothing is given.");
        ServerFlags flags = new();
        Command command = new("plot", "Draws what the rows of a sweep came to.") { id, output, format, measure };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            (string sweep, string folder) = (parsed.GetRequiredValue(id), parsed.GetRequiredValue(output));
            string asked = parsed.GetValue(format)!;
            Fault.Unless(Formats.TryGetValue(asked, out PlotFormat wanted), FaultCode.SpecInvalid, "--format",
                $"is '{asked}'; allowed: {string.Join(", ", Formats.Keys)}");
            ViSurfClient client = flags.Connect(parsed);
            List<string> files = [];
            await foreach (PlotView plot in client.ListPlotsAsync(sweep, stop))
            {
                string? shown = plot.Name == "bars" ? parsed.GetValue(measure) : null;
                byte[] content = await client.GetPlotAsync(sweep, plot.Name, wanted, shown, stop);
                Directory.CreateDirectory(folder);
                files.Add(Path.Combine(folder, $"{plot.Name}.{asked}"));
                await File.WriteAllBytesAsync(files[^1], content, stop);
            }

            if (flags.IsJson(parsed))
            {
                Show.Json(files);
            }
            else
            {
                files.ForEach(Console.Out.WriteLine);
            }

            return 0;
        });
        return command;
    }
}
