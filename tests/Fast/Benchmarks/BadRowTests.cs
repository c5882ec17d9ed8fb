using Parquet;
using Parquet.Schema;
using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Pictures;

namespace ViSurf.Tests.Fast.Benchmarks;

public class BadRowTests
{
    private static readonly byte[] Good = PictureFile.EncodePng(new(4, 4, new byte[48]));

    // Rows 1, 3, 4 and 6 of 8 are bad.
    private static readonly byte[]?[] Pictures = [Good, "no picture"u8.ToArray(), Good, null, Good[..^6], Good, Thin(), Good];

    [Fact]
    public async Task All_bad_rows_are_listed_at_once()
    {
        using TemporaryFolder folder = new();
        string path = await WriteAsync(folder, Pictures);
        Fault fault = Assert.Throws<Fault>(() => ParquetData.Read(path));
        Assert.Equal((FaultCode.FileDamaged, path), (fault.Code, fault.Subject));
        Assert.StartsWith("has 4 bad rows of 8; allowed: 0 %: ", fault.Reason, StringComparison.Ordinal);
        Assert.Contains("row 1: the picture is no picture that can be decoded", fault.Reason, StringComparison.Ordinal);
        Assert.Contains("row 3: no picture", fault.Reason, StringComparison.Ordinal);
        Assert.Contains("row 4: the picture is a picture whose end is missing", fault.Reason, StringComparison.Ordinal);
        Assert.Contains("row 6: a picture with one side more than 200 times the other", fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.49, false)]
    [InlineData(0.5, true)]
    public async Task A_share_that_the_spec_allows_is_left_out(double share, bool isRead)
    {
        using TemporaryFolder folder = new();
        string path = await WriteAsync(folder, Pictures);
        if (!isRead)
        {
            Assert.Throws<Fault>(() => ParquetData.Read(path, badRows: share));
            return;
        }

        ExampleSource read = ParquetData.Read(path, badRows: share);
        Assert.Equal(["id0", "id2", "id5", "id7"], Enumerable.Range(0, read.Count).Select(i => read.At(i).Id));
        Assert.EndsWith("/without 4 bad rows", read.Identity, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_solution_that_the_benchmark_cannot_read_is_a_bad_row()
    {
        using TemporaryFolder folder = new();
        string path = await WriteAsync(folder, [Good, Good, Good], ["[]", "a cat", "[]"]);
        Assert.Equal(3, ParquetData.Read(path).Count);
        Fault fault = Assert.Throws<Fault>(() => ParquetData.Read(path, Catalogs.Benchmarks.Make("mini-mix", "benchmark")));
        Assert.StartsWith("has 1 bad rows of 3; allowed: 0 %: row 1: has the solution \"a cat\"; allowed: a list of objects", fault.Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_bad_rows_alone_is_refused_whatever_the_share()
    {
        using TemporaryFolder folder = new();
        string path = await WriteAsync(folder, [null, null]);
        Assert.Throws<Fault>(() => ParquetData.Read(path, badRows: 1));
    }

    [Fact]
    public async Task The_share_is_the_specs_and_its_default_is_no_part_of_the_specs_id()
    {
        using TemporaryFolder folder = new();
        string path = await WriteAsync(folder, Pictures);
        ExperimentSpec spec = Nano.Spec("sft") with { Data = new() { Benchmark = "mini-mix", File = path } };
        Assert.Contains("4 bad rows", Assert.Throws<Fault>(() => new ExperimentPlan(spec, Nano.Atlas)).Message, StringComparison.Ordinal);
        Assert.Equal(spec.Id, (spec with { Data = spec.Data with { BadRows = 0 } }).Id);
        ExperimentSpec lenient = spec with { Data = spec.Data with { BadRows = 0.5 } };
        Assert.NotEqual(spec.Id, lenient.Id);
        Assert.NotEmpty(new ExperimentPlan(lenient, Nano.Atlas).Stages);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(0.6)]
    [InlineData(double.NaN)]
    public void A_share_out_of_range_is_refused(double share) => Assert.Equal("data.badRows",
        Assert.Throws<Fault>(() => new DataSpec { Benchmark = "mini-mix", BadRows = share }.Checked("data")).Subject);

    private static byte[] Thin() => PictureFile.EncodePng(new(201, 1, new byte[201 * 3]));

    private static async Task<string> WriteAsync(TemporaryFolder folder, byte[]?[] pictures, string[]? solutions = null)
    {
        DataField[] texts = [new DataField<string>("id"), new DataField<string>("problem"), new DataField<string>("solution")];
        DataField image = new("image", typeof(byte[]), isNullable: true);
        string path = folder.File($"{Guid.NewGuid():n}.parquet");
        await using FileStream file = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new([.. texts, image]), file,
            cancellationToken: TestContext.Current.CancellationToken);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        string[][] columns =
        [
            [.. pictures.Select((_, row) => $"id{row}")],
            [.. pictures.Select(_ => "find")],
            solutions ?? [.. pictures.Select(_ => "[]")],
        ];
        for (int i = 0; i < texts.Length; i++)
        {
            await group.WriteAsync(texts[i], columns[i]);
        }

        await group.WriteAsync(image, pictures!);
        return path;
    }
}
