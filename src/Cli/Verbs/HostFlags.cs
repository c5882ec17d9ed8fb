using System.CommandLine;
using ViSurf.Api;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>The options of a verb that starts a server in this process.</summary>
internal sealed class HostFlags
{
    private readonly Option<int> slots = Flag.Optional<int>("--slots", "Stages at a time; as many as cores where nothing is given.");
    private readonly Option<bool> force = Flag.Optional<bool>("--force", "Take more slots than cores.");

    public void AddTo(Command command)
    {
        command.Add(slots);
        command.Add(force);
    }

    /// <summary>Starts the server.</summary>
    /// <exception cref="Fault">SpecInvalid: more slots than cores. Conflict: another process uses the folder.</exception>
    public Task<EmbeddedHost> StartAsync(ParseResult parsed, string stateFolder, int port, CancellationToken stop)
    {
        EmbeddedOptions options = new()
        {
            StateFolder = stateFolder,
            Address = $"http://127.0.0.1:{port}",
            Slots = parsed.GetResult(slots) is null ? Environment.ProcessorCount : parsed.GetValue(slots),
            Force = parsed.GetValue(force),
        };
        return EmbeddedHost.StartAsync(options, stop);
    }
}
