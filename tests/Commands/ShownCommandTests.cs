namespace ViSurf.Tests.Commands;

/// <summary>What the pages tell a newcomer to type works.</summary>
[Collection(nameof(RunningServer))]
public class ShownCommandTests(RunningServer server)
{
    public static TheoryData<string> Commands => [.. ShownCommands.All];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_shown_command_works(string shown)
    {
        using Scratch scratch = new();
        ShownCommands.Prepare(scratch);
        string[] arguments = ShownCommands.Arguments(shown, scratch, server);
        if (arguments[0] == "up")
        {
            Assert.Equal(0, Visurf.SignalWhen("TERM", scratch.Path, "file address", arguments).Code);
            return;
        }

        using Postgres? postgres = arguments[0] == "migrate" ? new() : null;
        (int code, string output, string error) = Visurf.Run(scratch.Path, postgres is null ? arguments : postgres.Named(arguments));
        Assert.True(code == 0, $"{shown}: {code}\n{output}\n{error}");
    }

    [Fact]
    public void Every_other_command_is_run_by_the_test_command() => Assert.Empty(ShownCommands.Others);

    [Fact]
    public void Every_verb_is_shown_somewhere()
    {
        using Scratch scratch = new();
        string[] verbs = [.. Visurf.Run(scratch.Path, "--help").Out.Split("Commands:")[1].Split('\n')
            .Select(line => line.Trim().Split(' ')[0]).Where(verb => verb.Length > 0)];
        Assert.Contains("demo", verbs);
        Assert.Empty(verbs.Except(ShownCommands.All.Select(shown => shown.Split(' ')[0])));
    }

    /// <summary>A server of its own, for commands that name one.</summary>
    private sealed class Postgres : IDisposable
    {
        private readonly string folder = Path.Combine(Path.GetTempPath(), $"visurf-shown-{Guid.NewGuid():N}");
        private readonly string connection;

        public Postgres() => connection = Backing.Up("postgres", "VISURF_POSTGRES", [.. Settings, ("VISURF_POSTGRES_PORT", "free")]);

        private (string Name, string Value)[] Settings => [("VISURF_SERVICES", folder)];

        public string[] Named(string[] arguments)
        {
            int at = Array.IndexOf(arguments, "--postgres") + 1;
            return [.. arguments[..at], connection, .. arguments[(at + 1)..]];
        }

        public void Dispose()
        {
            Backing.Down("postgres", Settings);
            Directory.Delete(folder, recursive: true);
        }
    }
}
