using System.CommandLine;
using ViSurf.Api;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>The options of a verb that starts a server in this process.</summary>
internal sealed class HostFlags
{
    private readonly Option<int> slots = Flag.Optional<int>("--slots", "Stages at a time; as many as cores where nothing is given.");
    private readonly Option<string> device = Flag.Optional("--device",
        "Where stages run: cpu, cuda, cuda:N; auto is every GPU, one slot each, and the processor where there is none.", "auto");

    private readonly Option<string[]> labels = Flag.Optional<string[]>("--label",
        "What the slots are besides, as name=value; specs ask for it by schedule.require. May be given several times.");

    private readonly Option<bool> force = Flag.Optional<bool>("--force", "Take more slots than cores.");

    public void AddTo(Command command)
    {
        command.Add(slots);
        command.Add(device);
        command.Add(labels);
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
            Device = parsed.GetValue(device)!,
            Labels = SlotSettings.ReadLabels(parsed.GetValue(labels) ?? [], "--label"),
            Force = parsed.GetValue(force),
        };
        return EmbeddedHost.StartAsync(options, stop);
    }
}
