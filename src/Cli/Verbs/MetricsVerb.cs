using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf metrics: what the steps of a sweep measured, for other tools.</summary>
internal static class MetricsVerb
{
    private static readonly Dictionary<string, Func<Stream, IAsyncEnumerable<MetricPoint>, CancellationToken, Task<long>>> Formats = new()
    {
        ["csv"] = MetricsFile.WriteCsvAsync,
        ["parquet"] = MetricsFile.WriteParquetAsync,
    };

    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "The sweep's id." };
        Option<string> output = Flag.Required<string>("--out", "File to write.");
        Option<string> format = Flag.Optional("--format", "csv or parquet.", "csv");
        ServerFlags flags = new();
        Command command = new("metrics", "Writes what the training steps of a sweep measured, a line a step and metric.")
        {
            id, output, format,
        };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            string path = parsed.GetRequiredValue(output);
            string asked = parsed.GetValue(format)!;
            Fault.Unless(Formats.TryGetValue(asked, out var write), FaultCode.SpecInvalid, "--format",
                $"is '{asked}'; allowed: {string.Join(", ", Formats.Keys)}");
            ViSurfClient client = flags.Connect(parsed);
            string sweep = (await client.GetSweepAsync(parsed.GetRequiredValue(id), stop)).Id;
            string draft = path + ".part";
            long points;
            await using (FileStream file = File.Create(draft))
            {
                points = await write!(file, MetricPoint.ReadAsync(client, sweep, stop), stop);
            }

            File.Move(draft, path, overwrite: true);
            if (flags.IsJson(parsed))
            {
                Show.Json(new { Out = path, points });
            }
            else
            {
                Console.Out.WriteLine($"{path}: {points} values");
            }

            return 0;
        });
        return command;
    }
}
