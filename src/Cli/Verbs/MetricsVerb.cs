using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf metrics: what the steps of a sweep measured, for other tools.</summary>
internal static class MetricsVerb
{
    private static readonly Dictionary<string, Func<string, IAsyncEnumerable<MetricPoint>, CancellationToken, Task<long>>> Formats = new()
    {
        ["csv"] = (path, points, stop) => WriteAsync(path, MetricsFile.WriteCsvAsync, points, stop),
        ["parquet"] = (path, points, stop) => WriteAsync(path, MetricsFile.WriteParquetAsync, points, stop),
        ["tensorboard"] = EventFolders.WriteAsync,
    };

    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "The sweep's id." };
        Option<string> output = Flag.Required<string>("--out", "File to write; a folder for tensorboard.");
        Option<string> format = Flag.Optional("--format", "csv, parquet or tensorboard.", "csv");
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
            long points = await write!(path, MetricPoint.ReadAsync(client, sweep, stop), stop);
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

    private static async Task<long> WriteAsync(string path,
        Func<Stream, IAsyncEnumerable<MetricPoint>, CancellationToken, Task<long>> write, IAsyncEnumerable<MetricPoint> points,
        CancellationToken stop)
    {
        string draft = path + ".part";
        long count;
        await using (FileStream file = File.Create(draft))
        {
            count = await write(file, points, stop);
        }

        File.Move(draft, path, overwrite: true);
        return count;
    }
}
