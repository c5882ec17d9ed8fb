using System.Reflection;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Text;
using ViSurf.Build;

namespace ViSurf.Tests.Fast.Build;

/// <summary>The native library of the package, and the copy beside every program (docs/libtorch.md).</summary>
public class MendTests
{
    private const string Symbol = "_ZSt21ios_base_library_initv";

    private static readonly string Original = Path.Combine(Metadata("NuGetPackageRoot"), "torchsharp", Metadata("TorchSharpVersion"),
        "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void The_copy_beside_the_program_is_the_package_s_mended_and_the_package_s_is_as_it_came()
    {
        byte[] image = File.ReadAllBytes(Original);
        Assert.True(ElfMend.Mend(image), $"{Original} needs no mending: it was written to, or TorchSharp has changed");
        Assert.Equal(image, File.ReadAllBytes(Find("libtorch/libLibTorchSharp.so")));
    }

    [Fact]
    public void Only_a_name_two_version_words_and_nothing_else_change()
    {
        byte[] before = File.ReadAllBytes(Original);
        byte[] after = [.. before];
        ElfMend.Mend(after);
        Assert.InRange(before.Zip(after).Count(pair => pair.First != pair.Second), 1, Symbol.Length + 4);
    }

    [Fact]
    public void A_mended_file_is_left_as_it_is()
    {
        byte[] once = File.ReadAllBytes(Find("libtorch/libLibTorchSharp.so"));
        byte[] twice = [.. once];
        Assert.False(ElfMend.Mend(twice));
        Assert.Equal(once, twice);
    }

    [Fact]
    public void A_library_that_does_not_ask_for_the_newer_version_is_left_as_it_is()
    {
        byte[] image = File.ReadAllBytes(Find("libtorch/libc10.so"));
        byte[] copy = [.. image];
        Assert.False(ElfMend.Mend(copy));
        Assert.Equal(image, copy);
    }

    [Fact]
    public void A_library_that_needs_another_symbol_of_the_newer_version_is_refused()
    {
        byte[] image = File.ReadAllBytes(Original);
        image[image.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Symbol))] = (byte)'X';
        string message = Assert.Throws<InvalidDataException>(() => ElfMend.Mend(image)).Message;
        Assert.Contains("X" + Symbol[1..], message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void A_file_that_is_cut_or_something_else_is_refused(int length)
    {
        byte[] image = File.ReadAllBytes(Original);
        Assert.Throws<InvalidDataException>(() => ElfMend.Mend(image[..length]));
        Assert.Throws<InvalidDataException>(() => ElfMend.Mend(new byte[length]));
    }

    [Fact]
    public void The_output_folder_carries_one_platform_s_natives()
    {
        Assert.True(NativeLibrary.TryLoad(Find("libtorch/libLibTorchSharp.so"), out _));
        Assert.False(Directory.Exists(Find("runtimes")));
        Assert.Empty(Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dylib"));
        Assert.All(Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"), path => Assert.True(IsManaged(path), path));
    }

    private static string Find(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static bool IsManaged(string path)
    {
        using PEReader reader = new(File.OpenRead(path));
        return reader.HasMetadata;
    }

    private static string Metadata(string key) => typeof(MendTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
