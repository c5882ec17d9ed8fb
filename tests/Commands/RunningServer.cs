using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ViSurf.Tests.Commands;

/// <summary>A server as "visurf up" starts it, with a short sweep that has ended, submitted twice, and a short search.</summary>
[CollectionDefinition(nameof(RunningServer))]
public sealed class RunningServer : ICollectionFixture<RunningServer>, IDisposable
{
    private readonly Scratch scratch = new();
    private readonly Process process;

    public RunningServer()
    {
        process = Visurf.Start(scratch.Path, "up", "--port", "0");
        Address = process.StandardOutput.ReadLine()?.Split(' ')[0] ?? process.StandardError.ReadToEnd();
        foreach ((string key, string sweep) in ((string, string)[])
            [(ShownCommands.Sweep, "quick"), (ShownCommands.SecondSweep, "quick"), (ShownCommands.Search, "search-visurf")])
        {
            (int code, string output, string error) = Run("submit", ShownCommands.Short($"sweeps/{sweep}.yaml", scratch),
                "--key", key, "--watch");
            Assert.True(code == 0, $"{output}\n{error}");
        }
    }

    public string Address { get; }

    /// <summary>The id of the sweep's experiment in a row.</summary>
    public string Experiment(string row) => JsonNode.Parse(Run("show", ShownCommands.Sweep, "--json").Out)!["experiments"]!.AsArray()
        .Single(one => one!["row"]!.GetValue<string>() == row)!["id"]!.GetValue<string>();

    /// <summary>A file beside the state folder.</summary>
    public string Write(string name, string text) => scratch.Write(name, text);

    /// <summary>Runs a command that finds the server by its state folder.</summary>
    public (int Code, string Out, string Error) Run(params string[] arguments) => Visurf.Run(scratch.Path, arguments);

    public void Dispose()
    {
        Visurf.Send("TERM", process);
        Visurf.Await(process, "up");
        process.Dispose();
        scratch.Dispose();
    }
}
