using System.Diagnostics;

namespace ViSurf.Chaos.Cluster;

/// <summary>The command eng/services, for servers that lie in a folder of their own.</summary>
internal sealed class EngServices(string folder, params (string Name, string Value)[] settings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // a server may have to be installed

    /// <summary>Starts a server where it does not run yet.</summary>
    /// <returns>Where it is: what the command prints for this variable.</returns>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public async Task<string> UpAsync(string server, string variable)
    {
        string text = await RunAsync("up", server);
        string line = text.Split('\n').Single(line => line.StartsWith($"{variable}='", StringComparison.Ordinal));
        return line[(variable.Length + 2)..].TrimEnd('\'');
    }

    public Task DownAsync(string server) => RunAsync("down", server);

    private async Task<string> RunAsync(string verb, string server)
    {
        ProcessStartInfo start = new(Path.Combine(Tree.Root, "eng", "services"), [verb, server])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["VISURF_SERVICES"] = folder;
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"eng/services {verb} {server} failed: {await errors}");
    }
}
