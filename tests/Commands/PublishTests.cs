namespace ViSurf.Tests.Commands;

/// <summary>The published program and the tool are whole: the mended library, the pictures and the base model go with them.</summary>
public class PublishTests
{
    private static readonly string Configuration =
        Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Visurf.Folder)))!;

    [Fact]
    public void A_published_program_trains_in_a_folder_of_its_own()
    {
        using Scratch scratch = new();
        (int code, string output, _) = Visurf.RunProgram("dotnet", Repository.Root,
            "publish", Repository.File("src", "Cli"), "-c", Configuration,
            "--no-build", "-o", scratch.File("published"));
        Assert.True(code == 0, output);
        string spec = scratch.Write("one.yaml", ShortSpec.Of("sweeps/one-visurf.yaml"));
        (code, _, string error) = Visurf.RunProgram(scratch.File("published", "ViSurf.Orleans.Cli"), scratch.Path,
            "train", spec, "--out", "trained");
        Assert.True(code == 0, error);
        Assert.Equal(2, File.ReadLines(scratch.File("trained", "metrics.jsonl")).Count());
        Assert.True(File.Exists(scratch.File("trained", "model.safetensors")));
    }

    [Fact]
    public void A_tool_that_is_packed_and_installed_as_its_page_says_runs()
    {
        using Scratch scratch = new();
        string[] shown = [.. File.ReadLines(Repository.File("docs", "tool.md"))
            .Where(line => line.StartsWith("dotnet ", StringComparison.Ordinal))];
        Assert.Equal(["pack", "tool"], shown.Select(line => line.Split(' ')[1]));
        string[] packing = ["--no-build", $"-p:PublishDir={scratch.File("published")}/"]; // not beside what is built
        foreach ((string line, string[] more) in shown.Zip([packing, []]))
        {
            string filled = line.Replace("artifacts/tool", scratch.File("package")).Replace(".visurf/tool", scratch.File("tool"))
                .Replace("-c Release", $"-c {Configuration}");
            (int code, string output, string error) = Visurf.RunProgram("dotnet", Repository.Root, [.. filled.Split(' ')[1..], .. more]);
            Assert.True(code == 0, $"{filled}\n{output}\n{error}");
        }

        string package = Assert.Single(Directory.EnumerateFiles(scratch.File("package")));
        Assert.True(new FileInfo(package).Length < 250_000_000, "nuget.org takes no larger package");
        string tool = scratch.File("tool", "visurf");
        Assert.Equal(0, Visurf.RunProgram(tool, scratch.Path, "data", "make", "--benchmark", "mini-mix", "--items", "4", "--out",
            "four.parquet").Code);
        (int ended, string said, string wrong) = Visurf.RunProgram(tool, scratch.Path,
            "eval", "--model", "models/tiny-base", "--data", "four.parquet", "--benchmark", "mini-mix");
        Assert.True(ended == 0, wrong);
        Assert.StartsWith("mini-mix, 4 items", said, StringComparison.Ordinal);
    }
}
