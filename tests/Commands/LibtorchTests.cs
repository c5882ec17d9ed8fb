using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ViSurf.Tests.Commands;

/// <summary>VISURF_LIBTORCH: a libtorch of another folder (docs/libtorch.md).</summary>
public sealed class LibtorchTests : IDisposable
{
    private static readonly string Packaged = Path.Combine(Visurf.Folder, "libtorch");
    private static readonly string Model = Repository.File("tests", "Golden", "fixtures", "model_untied");
    private static readonly string Inputs = Repository.File("tests", "Golden", "fixtures", "inputs_text_left.safetensors");
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Another_folder_s_libtorch_takes_the_place_of_the_packaged_one_and_gives_the_same_numbers()
    {
        string other = Path.Combine(scratch.Path, "other");
        Directory.CreateDirectory(other);
        foreach (string file in Directory.EnumerateFiles(Packaged).Where(file => !file.Contains("LibTorchSharp", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        }

        (int plainCode, _, string plainError) = Forward("", "plain");
        (int code, _, string error) = Forward(other, "out");
        Assert.True(plainCode == 0, plainError);
        Assert.True(code == 0, error);
        Assert.Equal(File.ReadAllBytes(Path.Combine(scratch.Path, "plain")), File.ReadAllBytes(Path.Combine(scratch.Path, "out")));
    }

    [Fact]
    public void A_folder_without_libtorch_is_named()
    {
        (int code, _, string error) = Forward(scratch.Path, "out");
        Assert.Equal(2, code);
        Assert.Contains($"VISURF_LIBTORCH: names {scratch.Path}, which holds no libtorch_cpu.so", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_libtorch_that_does_not_say_the_version_is_refused_with_what_is_allowed()
    {
        string other = Path.Combine(scratch.Path, "other");
        Directory.CreateDirectory(other);
        File.Copy(Path.Combine(Packaged, "libc10.so"), Path.Combine(other, "libtorch_cpu.so"));
        (int code, _, string error) = Forward(other, "out");
        Assert.Equal(2, code);
        Assert.Contains("libtorch 0.0; allowed: 2.10.x", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_refused_by_its_name()
    {
        string other = Path.Combine(scratch.Path, "other");
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, "libtorch_cpu.so"), "no library");
        (int code, _, string error) = Forward(other, "out");
        Assert.Equal(2, code);
        Assert.Contains("VISURF_LIBTORCH: names a folder whose libtorch_cpu.so does not load", error, StringComparison.Ordinal);
    }

    private (int Code, string Out, string Error) Forward(string libtorch, string output) => Visurf.RunProgram(
        "env", scratch.Path, $"VISURF_LIBTORCH={libtorch}", Path.Combine(Visurf.Folder, "ViSurf.Orleans.Cli"),
        "forward", "--model", Model, "--inputs", Inputs, "--out", output);
}

/// <summary>-p:TorchBackend (eng/torch/Torch.targets), as MSBuild reads it.</summary>
public class TorchBackendTests
{
    [Theory]
    [InlineData("", "libtorch-cpu-linux-x64")]
    [InlineData("-p:TorchBackend=cuda", "TorchSharp-cuda-linux")]
    [InlineData("-p:TorchBackend=none", null)]
    public void The_backend_picks_one_package_of_libtorch(string property, string? package)
    {
        (int code, string output, string error) = Visurf.RunProgram("dotnet", Path.GetTempPath(),
            [.. new[] { "msbuild", Repository.File("src", "Cli", "Cli.csproj"), "-getItem:PackageReference", property }
                .Where(argument => argument.Length > 0)]);
        Assert.True(code == 0, error + output);
        string[] torch = [.. JsonNode.Parse(output)!["Items"]!["PackageReference"]!.AsArray()
            .Select(item => item!["Identity"]!.GetValue<string>())
            .Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase) && name != "TorchSharp")];
        Assert.Equal(package is null ? [] : [package], torch);
    }

    [Fact]
    public void The_package_for_CUDA_has_TorchSharp_s_own_version()
    {
        XElement[] versions = [.. XDocument.Load(Repository.File("Directory.Packages.props")).Descendants("PackageVersion")];
        Assert.Equal(Version("TorchSharp"), Version("TorchSharp-cuda-linux"));

        string Version(string package) => versions.Single(one => (string?)one.Attribute("Include") == package).Attribute("Version")!.Value;
    }
}
