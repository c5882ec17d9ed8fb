using System.Diagnostics;
using System.Reflection;

namespace ViSurf.Tests.Commands;

/// <summary>The program as a person starts it: another process, in a folder of its own.</summary>
internal static class Visurf
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly EnumerationOptions Everywhere =
        new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 };

    /// <summary>The folder that the build left.</summary>
    public static string Folder { get; } = Repository.File("src", "Cli", "bin", Configuration(), "net10.0", "linux-x64");

    /// <summary>Runs to the end.</summary>
    public static (int Code, string Out, string Error) Run(string workingFolder, params IEnumerable<string> arguments)
    {
        using Process process = Start(workingFolder, arguments);
        return End(process, arguments);
    }

    /// <summary>Starts, and sends a signal once a file or folder that fits the pattern is there.</summary>
    /// <param name="signal">KILL or TERM; INT, which Ctrl-C sends, is ignored by what a script started in the background.</param>
    /// <param name="pattern">As <see cref="Directory.EnumerateFileSystemEntries(string, string)"/>, below the working folder.</param>
    public static (int Code, string Error) SignalWhen(string signal, string workingFolder, string pattern,
        params IEnumerable<string> arguments)
    {
        using Process process = Start(workingFolder, arguments);
        while (!Directory.EnumerateFileSystemEntries(workingFolder, pattern, Everywhere).Any())
        {
            Assert.False(process.WaitForExit(TimeSpan.FromMilliseconds(10)), $"it ended before there was {pattern}");
        }

        Assert.Equal(0, RunProgram("bash", workingFolder, "-c", $"kill -{signal} {process.Id}").Code);
        (int code, _, string error) = End(process, arguments);
        return (code, error);
    }

    /// <summary>Runs another program, the SDK for one.</summary>
    public static (int Code, string Out, string Error) RunProgram(string program, string workingFolder,
        params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(Info(program, workingFolder, arguments))!;
        return End(process, arguments);
    }

    private static Process Start(string workingFolder, IEnumerable<string> arguments) =>
        Process.Start(Info(Path.Combine(Folder, "ViSurf.Orleans.Cli"), workingFolder, arguments))!;

    private static ProcessStartInfo Info(string program, string workingFolder, IEnumerable<string> arguments) =>
        new(program, arguments) { WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true };

    private static (int Code, string Out, string Error) End(Process process, IEnumerable<string> arguments)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"after {Patience}: {string.Join(' ', arguments)}");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static string Configuration() => typeof(Visurf).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Configuration").Value!;
}
