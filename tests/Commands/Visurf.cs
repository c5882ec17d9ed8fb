using System.Diagnostics;
using System.Reflection;
using System.Text;

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

    /// <summary>Starts, and sends a signal at a moment.</summary>
    /// <param name="signal">KILL or TERM; INT, which Ctrl-C sends, is ignored by what a script started in the background.</param>
    /// <param name="moment">
    /// "file PATTERN", once a file or folder below the working folder fits; "in FOLDER", once a file is in the folder;
    /// "said TEXT", once standard error has the text.
    /// </param>
    public static (int Code, string Error) SignalWhen(string signal, string workingFolder, string moment,
        params IEnumerable<string> arguments)
    {
        using Process process = Start(workingFolder, arguments);
        StringBuilder said = new();
        process.ErrorDataReceived += (_, line) => Append(said, line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        while (!HasCome(moment, workingFolder, said))
        {
            Assert.False(process.WaitForExit(TimeSpan.FromMilliseconds(10)), $"it ended before: {moment}\n{Read(said)}");
        }

        Send(signal, process);
        Await(process, arguments);
        return (process.ExitCode, Read(said));
    }

    /// <summary>Starts and leaves it running.</summary>
    public static Process Start(string workingFolder, params IEnumerable<string> arguments) =>
        Process.Start(Info(Path.Combine(Folder, "ViSurf.Orleans.Cli"), workingFolder, arguments))!;

    /// <summary>Sends a signal.</summary>
    public static void Send(string signal, Process process) =>
        Assert.Equal(0, RunProgram("bash", Path.GetTempPath(), "-c", $"kill -{signal} {process.Id}").Code);

    /// <summary>Waits for the end, but not for ever.</summary>
    public static void Await(Process process, params IEnumerable<string> arguments)
    {
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"after {Patience}: {string.Join(' ', arguments)}");
        }

        process.WaitForExit(); // what it wrote last is read, too
    }

    /// <summary>Runs another program, the SDK for one.</summary>
    public static (int Code, string Out, string Error) RunProgram(string program, string workingFolder,
        params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(Info(program, workingFolder, arguments))!;
        return End(process, arguments);
    }

    private static ProcessStartInfo Info(string program, string workingFolder, IEnumerable<string> arguments) =>
        new(program, arguments) { WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true };

    private static (int Code, string Out, string Error) End(Process process, IEnumerable<string> arguments)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        Await(process, arguments);
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static bool HasCome(string moment, string folder, StringBuilder said) => moment.Split(' ', 2) switch
    {
        ["file", string pattern] => Directory.EnumerateFileSystemEntries(folder, pattern, Everywhere).Any(),
        ["in", string inner] => Directory.Exists(Path.Combine(folder, inner))
            && Directory.EnumerateFiles(Path.Combine(folder, inner)).Any(),
        ["said", string text] => Read(said).Contains(text, StringComparison.Ordinal),
        _ => throw new ArgumentException(moment, nameof(moment)),
    };

    private static void Append(StringBuilder said, string? line)
    {
        lock (said)
        {
            said.Append(line).Append('\n');
        }
    }

    private static string Read(StringBuilder said)
    {
        lock (said)
        {
            return said.ToString();
        }
    }

    private static string Configuration() => typeof(Visurf).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Configuration").Value!;
}
