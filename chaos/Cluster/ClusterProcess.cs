using System.Collections.Concurrent;
using System.Diagnostics;

namespace ViSurf.Chaos.Cluster;

/// <summary>A process of the server's program, as it is started in a pod.</summary>
internal sealed class ClusterProcess : IDisposable
{
    private const int LinesKept = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process process;
    private readonly ConcurrentQueue<string> errors = [];

    private ClusterProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; private set; } = new("http://none");

    /// <summary>What it said of mishaps.</summary>
    public IEnumerable<string> Lines => errors;

    public string Errors => string.Join('\n', errors);

    public bool HasExited => process.HasExited;

    /// <returns>Once it says that it is ready.</returns>
    public static async Task<ClusterProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        ClusterProcess started = Begin(settings);
        try
        {
            await started.ReadyAsync();
            return started;
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>Waits until it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task ReadyAsync()
    {
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Address = new(line ?? throw new InvalidOperationException($"a process ended at its start: {Errors}"));
    }

    /// <summary>Starts it where it is expected to end by itself.</summary>
    public static ClusterProcess Begin(params (string Name, string Value)[] settings)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "ViSurf.Orleans.Api"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in settings)
        {
            start.Environment[$"VISURF__{name.ToUpperInvariant()}"] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>The status of an answer.</summary>
    public async Task<int> AskAsync(string path)
    {
        using HttpClient http = new();
        using HttpResponseMessage answer = await http.GetAsync(new Uri(Address, path));
        return (int)answer.StatusCode;
    }

    /// <summary>Asks it to end.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> EndAsync()
    {
        Signals.Send(process.Id, Signals.Terminate);
        return ExitAsync();
    }

    /// <summary>Ends it as a power cut does.</summary>
    public Task KillAsync()
    {
        process.Kill();
        return ExitAsync();
    }

    /// <summary>It stands still, with all its connections open, until <see cref="Thaw"/>.</summary>
    public void Freeze() => Signals.Send(process.Id, Signals.Stop);

    public void Thaw() => Signals.Send(process.Id, Signals.Continue);

    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null && errors.Count < LinesKept)
        {
            errors.Enqueue(line);
        }
    }
}
