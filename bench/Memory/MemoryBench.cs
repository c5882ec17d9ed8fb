using System.Diagnostics;
using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Weights;

namespace ViSurf.Bench.Memory;

/// <summary>One setting's step.</summary>
/// <param name="WeightsMiB">Memory of the process before the step: program and weights.</param>
/// <param name="PeakMiB">The most above that during the step: optimiser state, gradients, activations.</param>
/// <param name="PlannedMiB">What a plan says of that, from the configuration alone.</param>
/// <param name="GradientDifference">|g - g'| / |g'| over the tensors that both have; null where nothing is compared.</param>
internal sealed record MemoryMeasure(
    string Setting, double WeightsMiB, double PeakMiB, double PlannedMiB, double Seconds, double? GradientDifference)
{
    public override string ToString() =>
        $"{Setting,-36} {WeightsMiB,6:0} + {PeakMiB,6:0} MiB (planned {PlannedMiB,6:0})  {Seconds,5:0.0} s  "
        + (GradientDifference is { } apart ? $"{apart:0.0e+0}" : "");
}

/// <summary>All settings.</summary>
internal sealed record MemoryReport(IReadOnlyList<MemoryMeasure> Settings) : IReport
{
    public string Json() => JsonSerializer.Serialize(this, SpecJson.Options);

    public string Text() => string.Join('\n', Settings);
}

/// <summary>What each saving saves: a training step of each setting, in a process of its own.</summary>
internal static class MemoryBench
{
    public static MemoryReport Run(bool isTiny) => new(Measure(isTiny ? MemorySetting.Tiny : MemorySetting.All));

    /// <summary>One setting in this process, for the parent.</summary>
    public static string RunOne(string name, string gradientFile)
    {
        using MemoryStep step = new(MemorySetting.All.First(setting => setting.Name == name), TimeProvider.System);
        return JsonSerializer.Serialize(step.Run(gradientFile), SpecJson.Options);
    }

    private static MemoryMeasure[] Measure(IReadOnlyList<MemorySetting> settings)
    {
        string folder = Directory.CreateTempSubdirectory("visurf-memory-").FullName;
        try
        {
            string FileOf(string name) => Path.Combine(folder, $"{settings.ToList().FindIndex(one => one.Name == name)}.safetensors");
            return [.. settings.Select(setting =>
            {
                MemoryMeasure one = InChild(setting.Name, FileOf(setting.Name));
                return setting.Against is null
                    ? one
                    : one with { GradientDifference = Difference(FileOf(setting.Against), FileOf(setting.Name)) };
            })];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static MemoryMeasure InChild(string name, string file)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["memory", "--one", name, file]) { RedirectStandardOutput = true };
        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Fault.Unless(child.ExitCode == 0, FaultCode.Conflict, name, $"ended with {child.ExitCode}");
        return JsonSerializer.Deserialize<MemoryMeasure>(output, SpecJson.Options)!;
    }

    private static double Difference(string expected, string actual)
    {
        (SafetensorsFile from, SafetensorsFile to) = (new(expected), new(actual));
        (double apart, double length) = (0, 0);
        foreach (string name in to.Entries.Keys)
        {
            using var scope = NewDisposeScope();
            Tensor wanted = from.Read(name);
            apart += Math.Pow((to.Read(name) - wanted).norm().item<float>(), 2);
            length += Math.Pow(wanted.norm().item<float>(), 2);
        }

        return Math.Sqrt(apart / length);
    }
}
