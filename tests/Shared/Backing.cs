using System.Diagnostics;

namespace ViSurf.Tests;

/// <summary>A server that eng/services starts.</summary>
internal static class Backing
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // it may have to be installed

    /// <summary>Starts a server where it does not run yet.</summary>
    /// <returns>Where it is: what `up` prints, or what the environment says already.</returns>
    public static string Up(string server, string variable, params (string Name, string Value)[] settings)
    {
        if (settings.Length == 0 && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
        {
            return given;
        }

        string line = Run("up", server, settings).Split('\n').Single(line => line.StartsWith($"{variable}='", StringComparison.Ordinal));
        return line[(variable.Length + 2)..].TrimEnd('\'');
    }

    public static void Down(string server, params (string Name, string Value)[] settings) => Run("down", server, settings);

    private static string Run(string verb, string server, (string Name, string Value)[] settings)
    {
        ProcessStartInfo start = new(Repository.File("eng", "services"), [verb, server])
        {
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        using StreamReader output = process.StandardOutput;
        Task<string> text = output.ReadToEndAsync();
        Assert.True(process.WaitForExit(Patience) && process.ExitCode == 0, $"eng/services {verb} {server} failed");
        return text.GetAwaiter().GetResult();
    }
}
