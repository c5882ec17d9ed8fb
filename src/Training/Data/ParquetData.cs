using Parquet;
using Parquet.Schema;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Geometry;
using ViSurf.Training.Pictures;

namespace ViSurf.Training.Data;

/// <summary>Parquet files in the columns of the published ViSurf set: id, problem, solution, image, img_height, img_width; tag may
/// be missing.</summary>
/// <remarks>Rows are held in memory with their pictures still encoded; a set larger than memory is not supported.</remarks>
public static class ParquetData
{
    private const int RowGroup = 1_000;

    private static readonly ParquetSchema Schema = new(
        new DataField<string>("id"),
        new DataField<string>("problem"),
        new DataField<string>("solution"),
        new StructField("image", new DataField("bytes", typeof(byte[]), isNullable: true), new DataField<string>("path")),
        new DataField<long>("img_height"),
        new DataField<long>("img_width"),
        new DataField<string>("tag"));

    /// <summary>Reads a file, and looks at each row: its texts, its solution, and its picture's kind, size and end.</summary>
    /// <param name="benchmark">Reads the solutions; null takes any text for one.</param>
    /// <param name="badRows">The share of rows that may be bad; they are left out.</param>
    /// <exception cref="Fault">NotFound; or FileDamaged: no Parquet, a column missing, or more bad rows than allowed, all of them
    /// listed.</exception>
    public static ExampleSource Read(string path, Benchmark? benchmark = null, double badRows = 0)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        try
        {
            return Checked(path, ReadRows(path).GetAwaiter().GetResult(), benchmark, badRows);
        }
        // The library checks little: a damaged file may fail anywhere in it.
        catch (Exception e) when (e is not Fault)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"cannot be read as Parquet: {e.Message}", e);
        }
    }

    /// <summary>Writes examples, pictures as PNG.</summary>
    public static async Task WriteAsync(string path, ExampleSource examples, CancellationToken stop)
    {
        string draft = path + ".part";
        await using (FileStream file = File.Create(draft))
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(Schema, file, cancellationToken: stop))
        {
            for (int first = 0; first < examples.Count; first += RowGroup)
            {
                Example[] rows = [.. Enumerable.Range(first, Math.Min(RowGroup, examples.Count - first)).Select(examples.At)];
                await WriteGroup(writer, rows);
            }
        }

        File.Move(draft, path, overwrite: true);
    }

    private static async Task WriteGroup(ParquetWriter writer, Example[] rows)
    {
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        DataField[] fields = Schema.GetDataFields();
        await group.WriteAsync(fields[0], [.. rows.Select(row => row.Id)]);
        await group.WriteAsync(fields[1], [.. rows.Select(row => row.Problem)]);
        await group.WriteAsync(fields[2], [.. rows.Select(row => row.Solution)]);
        await group.WriteAsync(fields[3], (byte[][])[.. rows.Select(row => PictureFile.EncodePng(row.Picture))]);
        await group.WriteAsync(fields[4], [.. rows.Select(row => $"{row.Id}.png")]);
        await group.WriteAsync<long>(fields[5], rows.Select(row => (long)row.Picture.Height).ToArray());
        await group.WriteAsync<long>(fields[6], rows.Select(row => (long)row.Picture.Width).ToArray());
        await group.WriteAsync(fields[7], [.. rows.Select(row => row.Cell ?? "")]);
    }

    private static async Task<List<ParquetRow>> ReadRows(string path)
    {
        List<ParquetRow> rows = [];
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        Dictionary<string, DataField> fields = reader.Schema.GetDataFields().ToDictionary(field => field.Path.ToString());
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
            int count = checked((int)group.RowCount);
            string?[] ids = await Texts(group, Field("id"), count);
            string?[] problems = await Texts(group, Field("problem"), count);
            string?[] solutions = await Texts(group, Field("solution"), count);
            string?[] tags = fields.TryGetValue("tag", out DataField? tag) ? await Texts(group, tag, count) : new string?[count];
            byte[]?[] pictures = new byte[count][];
            await group.ReadAsync(fields.TryGetValue("image/bytes", out DataField? bytes) ? bytes : Field("image"), pictures.AsMemory()!);
            for (int row = 0; row < count; row++)
            {
                string id = ids[row] ?? rows.Count.ToString();
                rows.Add(new(rows.Count, id, problems[row], solutions[row], pictures[row], tags[row]));
            }
        }

        return rows;

        DataField Field(string name) =>
            fields.TryGetValue(name, out DataField? field) ? field : throw new Fault(FaultCode.FileDamaged, path,
            $"has no column '{name}'; it has: {string.Join(", ", fields.Keys)}");
    }

    // Ids are texts or whole numbers.
    private static async Task<string?[]> Texts(ParquetRowGroupReader group, DataField field, int count)
    {
        if (field.ClrType == typeof(long))
        {
            long?[] numbers = new long?[count];
            await group.ReadAsync<long>(field, numbers.AsMemory());
            return [.. numbers.Select(number => number?.ToString())];
        }

        string?[] texts = new string?[count];
        await group.ReadAsync(field, texts.AsMemory()!);
        return texts;
    }

    private static ParquetExamples Checked(string path, List<ParquetRow> rows, Benchmark? benchmark, double badRows)
    {
        ILookup<string, int> bad = rows.Select(row => (row.Number, Reason: Wrong(row, benchmark))).Where(row => row.Reason is not null)
            .ToLookup(row => row.Reason!, row => row.Number);
        int count = bad.Sum(same => same.Count());
        Fault.Unless(count <= badRows * rows.Count, FaultCode.FileDamaged, path,
            $"has {count} bad rows of {rows.Count}; allowed: {badRows * 100} %: {string.Join("; ", bad.Select(Listed))}");
        HashSet<int> left = [.. bad.SelectMany(same => same)];
        Fault.Unless(left.Count < rows.Count, FaultCode.FileDamaged, path, "has no row that can be read");
        return new(path, [.. rows.Where(row => !left.Contains(row.Number))], left.Count);
    }

    private static string Listed(IGrouping<string, int> same) =>
        $"row{(same.Count() == 1 ? "" : "s")} {string.Join(", ", same)}: {same.Key}";

    private static string? Wrong(ParquetRow row, Benchmark? benchmark)
    {
        if (row.Problem is null || row.Solution is null || row.Picture is not { Length: > 0 })
        {
            return $"no {(row.Problem is null ? "problem" : row.Solution is null ? "solution" : "picture")}";
        }

        try
        {
            (int width, int height) = PictureFile.Check(row.Picture, "picture");
            return SmartResize.IsTooThin(height, width)
                ? "a picture with one side more than 200 times the other"
                : WrongSolution(row.Solution, new(width, height), benchmark);
        }
        catch (Fault fault)
        {
            return $"the picture {fault.Reason}";
        }
    }

    private static string? WrongSolution(string solution, Frame frame, Benchmark? benchmark)
    {
        try
        {
            benchmark?.ReadTruth(solution, frame, "solution");
            return null;
        }
        catch (Fault fault)
        {
            return fault.Reason;
        }
    }

    private sealed record ParquetRow(int Number, string Id, string? Problem, string? Solution, byte[]? Picture, string? Tag);

    private sealed class ParquetExamples(string path, List<ParquetRow> rows, int leftOut) : ExampleSource
    {
        private readonly Lazy<string> identity =
            new(() => $"parquet/{FileHash.Of(path)}{(leftOut == 0 ? "" : $"/without {leftOut} bad rows")}");

        public override int Count => rows.Count;

        public override string Identity => identity.Value;

        public override Example At(int index)
        {
            ParquetRow row = rows[index];
            Picture picture = PictureFile.Decode(row.Picture!, $"{path}: row {row.Number} ({row.Id})");
            return new(row.Id, row.Problem!, row.Solution!, picture, string.IsNullOrEmpty(row.Tag) ? null : row.Tag);
        }
    }
}
