using Parquet;
using Parquet.Schema;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Randomness;

namespace ViSurf.Tests.Fast.Benchmarks;

public class ParquetTests
{
    [Fact]
    public async Task What_is_written_is_read_back_picture_for_picture()
    {
        using TemporaryFolder folder = new();
        DrawnExamples drawn = new(new MiniMixBenchmark(), Nano.Atlas, Split.Test, 1, 1_001); // more than one row group
        await ParquetData.WriteAsync(folder.File("a.parquet"), drawn, TestContext.Current.CancellationToken);

        ExampleSource read = ParquetData.Read(folder.File("a.parquet"));

        Assert.Equal(drawn.Count, read.Count);
        foreach (int i in (int[])[0, 1, 500, 1_000])
        {
            (Example expected, Example actual) = (drawn.At(i), read.At(i));
            Assert.Equal(expected.Picture.Rgb, actual.Picture.Rgb);
            Assert.Equal((expected.Id, expected.Problem, expected.Solution, expected.Cell),
                (actual.Id, actual.Problem, actual.Solution, actual.Cell));
        }
    }

    [Fact]
    public async Task The_columns_are_those_of_the_published_set()
    {
        using TemporaryFolder folder = new();
        await ParquetData.WriteAsync(folder.File("a.parquet"), new DrawnExamples(new CountTask(), Nano.Atlas, Split.Test, 1, 2),
            TestContext.Current.CancellationToken);
        await using ParquetReader reader = await ParquetReader.CreateAsync(folder.File("a.parquet"),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["id", "problem", "solution", "image", "img_height", "img_width", "tag"],
            reader.Schema.Fields.Select(field => field.Name));
        Assert.Equal(["bytes", "path"], ((StructField)reader.Schema.Fields[3]).Fields.Select(field => field.Name));
    }

    [Fact]
    public async Task A_damaged_file_picture_or_row_is_named()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.parquet");
        File.WriteAllText(path, "no parquet at all");
        Assert.Equal((FaultCode.FileDamaged, path), Code(() => ParquetData.Read(path)));
        Assert.Equal((FaultCode.NotFound, folder.File("b.parquet")), Code(() => ParquetData.Read(folder.File("b.parquet"))));

        await ParquetData.WriteAsync(path, new DrawnExamples(new MiniMixBenchmark(), Nano.Atlas, Split.Test, 1, 2),
            TestContext.Current.CancellationToken);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(folder.File("cut.parquet"), bytes[..(bytes.Length / 2)]);
        Assert.Equal(FaultCode.FileDamaged, Code(() => ParquetData.Read(folder.File("cut.parquet"))).Code);

        int picture = bytes.AsSpan().IndexOf("IDAT"u8);
        bytes.AsSpan(picture + 20, 200).Clear();
        File.WriteAllBytes(path, bytes);
        (FaultCode code, string subject) = Code(() => ParquetData.Read(path).At(0));
        Assert.Equal(FaultCode.FileDamaged, code);
        Assert.StartsWith($"{path}: row 0", subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_any_byte_changed_is_read_or_refused_and_nothing_else()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.parquet");
        await ParquetData.WriteAsync(path, new DrawnExamples(new MiniMixBenchmark(), Nano.Atlas, Split.Test, 1, 3),
            TestContext.Current.CancellationToken);
        byte[] whole = File.ReadAllBytes(path);
        for (int i = 0; i < 300; i++)
        {
            Draws draws = new(1, "damage", i);
            byte[] bytes = [.. whole];
            bytes[draws.Below(bytes.Length)] = (byte)draws.Bits();
            File.WriteAllBytes(path, bytes);
            try
            {
                ExampleSource read = ParquetData.Read(path);
                for (int row = 0; row < read.Count; row++)
                {
                    read.At(row);
                }
            }
            catch (Fault fault)
            {
                Assert.StartsWith(path, fault.Subject, StringComparison.Ordinal);
            }
        }
    }

    private static (FaultCode Code, string Subject) Code(Action action)
    {
        Fault fault = Assert.Throws<Fault>(action);
        return (fault.Code, fault.Subject);
    }
}
