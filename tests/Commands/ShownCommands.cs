using System.Text.RegularExpressions;

namespace ViSurf.Tests.Commands;

/// <summary>The commands that the pages show, with the placeholders filled in and the numbers made small.</summary>
internal static partial class ShownCommands
{
    /// <summary>The key of a sweep that has ended, for commands that name one.</summary>
    public const string Sweep = "shown";

    /// <summary>The key of another that measured the same items, for commands that name two.</summary>
    public const string SecondSweep = "second";

    /// <summary>The key of a search that has ended.</summary>
    public const string Search = "searched";

    private const string Items = "8";
    private const string Data = "shown.parquet";
    private static readonly string[] Pages = ["README.md", "AGENTS.md", "models/README.md"];

    private static readonly string[] AboutASweep = ["watch", "show", "report", "plot", "metrics", "cancel", "retry"];
    private static readonly string[] AskAServer =
        [.. AboutASweep, "search", "branch", "compare", "submit", "list", "slots", "drain", "storage"];

    // eng/test is what runs these tests, and it starts both of the others.
    private static readonly string[] RunByTheTestCommand = ["dotnet build -c Release", "./eng/test", "dotnet format"];

    private static readonly Lazy<byte[]> Examples = new(MakeExamples);

    /// <summary>Every different command, as it is shown.</summary>
    public static IEnumerable<string> All => Pages
        .Concat(Directory.EnumerateFiles(Repository.File("docs"), "*.md", SearchOption.AllDirectories))
        .SelectMany(page => Shown(File.ReadAllText(Repository.File(page)))).Distinct();

    /// <summary>Commands of another program than visurf.</summary>
    public static IEnumerable<string> Others => Pages.SelectMany(page => Fence().Matches(File.ReadAllText(Repository.File(page))))
        .SelectMany(fence => Lines(fence.Groups[1].Value)).Where(line => Other().IsMatch(line)).Except(RunByTheTestCommand);

    /// <summary>The arguments of a shown command, to be run in a folder that <see cref="Prepare"/> filled.</summary>
    /// <param name="server">Where <see cref="Sweep"/> has ended.</param>
    public static string[] Arguments(string shown, Scratch scratch, RunningServer server)
    {
        List<string> words = [.. shown.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        for (int i = 1; i < words.Count; i++)
        {
            words[i] = Fill(words[0], words[i - 1], words[i], scratch);
        }

        switch (words[0])
        {
            case "demo" when !words.Contains("--quick") && !words.Contains("--sweep"):
                words.AddRange(["--sweep", Short("sweeps/paper-mini.yaml", scratch)]);
                break;
            case "up":
                words.AddRange(["--port", "0"]);
                break;
            case "submit" when words.IndexOf("--preregister") is > 0 and int at:
                words[1] = WithOtherItems(words[1], scratch);
                words[at + 1] = Repository.File(words[at + 1]);
                words[words.IndexOf("--key") + 1] = "claimed";
                break;
            case "branch":
                words[1] = server.Experiment("visurf");
                break;
            case "pretrain":
                words.AddRange(["--vision-steps", "2", "--steps", "2"]);
                break;
            case "data" when !words.Contains("--items"):
                words.AddRange(["--items", Items]);
                break;
        }

        if (AskAServer.Contains(words[0]))
        {
            words.AddRange(["--server", server.Address]);
        }

        return [.. words];
    }

    /// <summary>Puts the file there that commands read.</summary>
    public static void Prepare(Scratch scratch) => File.WriteAllBytes(Path.Combine(scratch.Path, Data), Examples.Value);

    private static byte[] MakeExamples()
    {
        using Scratch scratch = new();
        Assert.Equal(0, Visurf.Run(scratch.Path, "data", "make", "--benchmark", "mini-mix", "--items", Items, "--out", Data).Code);
        return File.ReadAllBytes(Path.Combine(scratch.Path, Data));
    }

    private static string Fill(string verb, string option, string word, Scratch scratch) => (verb, option, word) switch
    {
        (_, var first, _) when first == verb && AboutASweep.Contains(verb) => Sweep,
        ("compare", "compare", _) => Sweep,
        ("search", "search", _) => Search,
        (_, "--key", "found") => Search,
        (_, "--key", _) => Sweep,
        (_, "--out", _) => word.Contains('.') ? Path.GetFileName(word) : "out",
        ("drain", "drain", _) => $"{Environment.MachineName}|cpu:0",
        ("forward", "--model", _) => Repository.File("tests", "Golden", "fixtures", "model_untied"),
        (_, "--model" or "--checkpoint", _) => "models/tiny-base",
        (_, "--inputs", _) => Repository.File("tests", "Golden", "fixtures", "inputs_image_left.safetensors"),
        (_, "--data", _) => Data,
        (_, "--atlas", _) => "data/objects",
        (_, "--seeds" or "--at-step", _) => "1",
        (_, "--items", _) => Items,
        _ when word.StartsWith("sweeps/", StringComparison.Ordinal) => Short(word, scratch),
        _ => word,
    };

    /// <summary>A shipped sweep with small numbers, as a file.</summary>
    public static string Short(string path, Scratch scratch) => scratch.Write(Path.GetFileName(path), ShortSpec.Of(path));

    // Those of the other sweeps have been scored.
    private static string WithOtherItems(string sweep, Scratch scratch) =>
        scratch.Write("other-items.yaml", File.ReadAllText(sweep).Replace("devItems: 2 }", "devItems: 2, seed: 77 }"));

    private static IEnumerable<string> Shown(string page) => Fence().Matches(page).SelectMany(fence => Lines(fence.Groups[1].Value))
        .Concat(Inline().Matches(page).Select(match => match.Groups[1].Value))
        .Where(line => Program().IsMatch(line)).Select(line => Program().Replace(line, ""));

    private static IEnumerable<string> Lines(string fence) => fence.Split('\n')
        .Select(line => Comment().Replace(line, "").Trim()).Where(line => line.Length > 0);

    [GeneratedRegex(@"(?ms)^```\w*\n(.*?)^```")]
    private static partial Regex Fence();

    [GeneratedRegex(@"`(visurf [a-z]+ [^`]*--[^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"^(dotnet run -c Release --project src/Cli --|visurf) ")]
    private static partial Regex Program();

    [GeneratedRegex(@"^(\./|dotnet (?!run -c Release --project src/Cli )|git |curl )")]
    private static partial Regex Other();

    [GeneratedRegex(@"\s+#.*$")]
    private static partial Regex Comment();
}
