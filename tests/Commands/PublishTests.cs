namespace ViSurf.Tests.Commands;

/// <summary>The published program is whole: the mended library, the pictures and the base model go with it.</summary>
public class PublishTests
{
    [Fact]
    public void A_published_program_trains_in_a_folder_of_its_own()
    {
        using Scratch scratch = new();
        (int code, string output, _) = Visurf.RunProgram("dotnet", Repository.Root,
            "publish", Repository.File("src", "Cli"), "-c", Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Visurf.Folder)))!,
            "--no-build", "-o", scratch.File("published"));
        Assert.True(code == 0, output);
        string spec = scratch.Write("one.yaml", ShortSpec.Of("sweeps/one-visurf.yaml"));
        (code, _, string error) = Visurf.RunProgram(scratch.File("published", "ViSurf.Orleans.Cli"), scratch.Path,
            "train", spec, "--out", "trained");
        Assert.True(code == 0, error);
        Assert.Equal(2, File.ReadLines(scratch.File("trained", "metrics.jsonl")).Count());
        Assert.True(File.Exists(scratch.File("trained", "model.safetensors")));
    }
}
