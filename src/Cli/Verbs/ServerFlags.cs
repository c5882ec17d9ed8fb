using System.CommandLine;
using ViSurf.Api;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>The options of a verb that talks to a server.</summary>
internal sealed class ServerFlags
{
    private const string Variable = "VISURF_SERVER";

    private readonly Option<string> server =
        Flag.Optional<string>("--server", $"The server's URL; {Variable} or the server of --state where nothing is given.");

    private readonly Option<string> state = Flag.Optional("--state", "The state folder of a server on this machine.", ".visurf");
    private readonly Option<bool> json = Flag.Optional<bool>("--json", "Print JSON.");

    public void AddTo(Command command)
    {
        command.Add(server);
        command.Add(state);
        command.Add(json);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(json);

    /// <summary>The state folder of the server on this machine.</summary>
    public string StateFolder(ParseResult parsed) => parsed.GetValue(state)!;

    /// <summary>Whether a server was named, rather than looked for on the state folder.</summary>
    public bool IsNamed(ParseResult parsed) => Named(parsed) is not null;

    /// <summary>A client of the server that was named, or that runs on the state folder.</summary>
    /// <exception cref="Fault">Unavailable: there is none, and how to start one. SpecInvalid: it is no URL.</exception>
    public ViSurfClient Connect(ParseResult parsed)
    {
        if (Named(parsed) is { } named)
        {
            return Client(named, "--server");
        }

        string folder = parsed.GetValue(state)!;
        string file = EmbeddedHost.AddressFile(folder);
        Fault.Unless(File.Exists(file), FaultCode.Unavailable, "no server",
            $"{file} does not exist; start one with 'visurf up --state {folder}', or name one with --server or {Variable}");
        return Client(File.ReadAllText(file).Trim(), file);
    }

    private string? Named(ParseResult parsed) => parsed.GetValue(server) ?? Environment.GetEnvironmentVariable(Variable);

    private static ViSurfClient Client(string url, string source)
    {
        Fault.Unless(Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https",
            FaultCode.SpecInvalid, source, $"is '{url}'; allowed: a URL such as http://127.0.0.1:5180");
        return new(new HttpClient { BaseAddress = address });
    }
}
