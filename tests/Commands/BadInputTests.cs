namespace ViSurf.Tests.Commands;

/// <summary>What a person gets wrong is refused in one line that says what and where, before anything starts.</summary>
public class BadInputTests
{
    private const string Spec = """
        name: mine
        model: { path: models/tiny-base }
        data: { benchmark: mini-mix, labels: 64 }
        method: { name: visurf }
        rl: { prompts: 32 }
        """;

    [Theory]
    [InlineData("name: visurf", "name: ppo", "method.name: 'ppo' is unknown; known: base, sft, sft-self-thought, rlvr, sft-rlvr")]
    [InlineData("mini-mix", "coco", "data.benchmark: 'coco' is unknown; known: ")]
    [InlineData("prompts: 32", "prompts: 33", "rl.prompts: is 33; allowed: a multiple of promptsPerStep, which is 16")]
    [InlineData("prompts: 32", "prompts: 32, speed: 2", "rl.speed: ")]
    [InlineData("labels: 64", "labels: 0", "data.labels: is 0; allowed: 1 to 100000000")]
    [InlineData("models/tiny-base", "models/none", "model.path: 'models/none' is no folder")]
    [InlineData("labels: 64", "labels: 64, file: none.parquet", "none.parquet: does not exist")]
    [InlineData("name: mine", "name: [", "mine.yaml: is neither JSON nor YAML: ")]
    public void A_wrong_spec_is_refused_and_nothing_is_written(string right, string wrong, string message)
    {
        using Scratch scratch = new();
        scratch.Write("mine.yaml", Spec.Replace(right, wrong));
        Refused(scratch, message, "train", "mine.yaml", "--out", "out");
        Assert.False(Directory.Exists(scratch.File("out")));
    }

    [Theory]
    [InlineData("--benchmark: 'none' is unknown; known: ", "eval", "--model", "models/tiny-base", "--data", "none", "--benchmark", "none")]
    [InlineData("none: does not exist", "eval", "--model", "models/tiny-base", "--data", "none", "--benchmark", "mini-mix")]
    [InlineData("--seeds: is 0; allowed: 1 to 100", "demo", "--seeds", "0")]
    [InlineData("none.yaml: does not exist", "demo", "--sweep", "none.yaml")]
    [InlineData("the cores of this machine, or more with --force", "demo", "--quick", "--slots", "1024")]
    [InlineData("--port: is 70000; allowed: 0 to 65535", "up", "--port", "70000")]
    [InlineData("--format: is 'pdf'; allowed: table, md, html, json, latex, csv, parquet", "report", "one", "--format", "pdf")]
    [InlineData("--server: is 'here'; allowed: a URL such as ", "list", "--server", "here")]
    [InlineData("none/config.json: does not exist", "forward", "--model", "none", "--inputs", "none", "--out", "out")]
    public void A_wrong_option_is_refused(string message, params string[] arguments)
    {
        using Scratch scratch = new();
        Refused(scratch, message, arguments);
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        using Scratch scratch = new();
        Visurf.Run(scratch.Path, "data", "make", "--benchmark", "mini-mix", "--items", "4", "--out", "four.parquet");
        byte[] bytes = File.ReadAllBytes(scratch.File("four.parquet"));
        int header = bytes.AsSpan().IndexOf("IHDR"u8);
        bytes.AsSpan(header + 4, 8).Clear();
        File.WriteAllBytes(scratch.File("four.parquet"), bytes);
        Refused(scratch, "four.parquet: cannot be read as Parquet: ",
            "eval", "--model", "models/tiny-base", "--data", "four.parquet", "--benchmark", "mini-mix");
    }

    private static void Refused(Scratch scratch, string message, params string[] arguments)
    {
        (int code, string output, string error) = Visurf.Run(scratch.Path, arguments);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }
}
