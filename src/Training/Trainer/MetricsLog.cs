using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;

namespace ViSurf.Training.Trainer;

/// <summary>The steps of a stage, a line of JSON each.</summary>
public sealed class MetricsLog : IDisposable
{
    private readonly FileStream file;

    /// <summary>Opens the log of a stage that goes on after a step: later lines belong to steps that will be repeated.</summary>
    public MetricsLog(string path, int lastStep)
    {
        Steps = [.. Read(path).Where(record => record.Step <= lastStep)];
        DurableFile.Write(path, [.. Steps.SelectMany(Line)]);
        file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    /// <summary>The steps so far.</summary>
    public List<StepRecord> Steps { get; }

    /// <summary>Reads a log; a last line that was cut by a crash is left out.</summary>
    public static IEnumerable<StepRecord> Read(string path)
    {
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (Parse(line) is { } record)
            {
                yield return record;
            }
        }
    }

    public void Append(StepRecord record)
    {
        Steps.Add(record);
        file.Write(Line(record));
        file.Flush();
    }

    public void Dispose() => file.Dispose();

    private static byte[] Line(StepRecord record) => [.. JsonSerializer.SerializeToUtf8Bytes(record, SpecJson.Options), (byte)'\n'];

    private static StepRecord? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<StepRecord>(line, SpecJson.Options);
        }
        catch (JsonException)
        {
            return null; // the process died while it wrote this line; its step is done again
        }
    }
}
