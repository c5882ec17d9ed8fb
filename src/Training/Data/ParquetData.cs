using Parquet;
using Parquet.Schema;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Checkpoints;
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

    /// <summary>Reads a file.</summary>
    /// <exception cref="Fault">NotFound; or FileDamaged: no Parquet, a column missing, a row without picture.</exception>
    public static ExampleSource Read(string path)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        try
        {
            return new ParquetExamples(path, ReadRows(path).GetAwaiter().GetResult());
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
                string subject = $"{path}: row {rows.Count}";
                string id = ids[row] ?? rows.Count.ToString();
                rows.Add(Checked(subject, id, problems[row], solutions[row], pictures[row], tags[row]));
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

    private static ParquetRow Checked(string subject, string id, string? problem, string? solution, byte[]? picture, string? tag)
    {
        Fault.Unless(problem is not null, FaultCode.FileDamaged, subject, "has no problem");
        Fault.Unless(solution is not null, FaultCode.FileDamaged, subject, "has no solution");
        Fault.Unless(picture is { Length: > 0 }, FaultCode.FileDamaged, subject, "has no picture");
        return new(id, problem, solution, picture, string.IsNullOrEmpty(tag) ? null : tag);
    }

    private sealed record ParquetRow(string Id, string Problem, string Solution, byte[] Picture, string? Tag);

    private sealed class ParquetExamples(string path, List<ParquetRow> rows) : ExampleSource
    {
        private readonly Lazy<string> identity = new(() => $"parquet/{FileHash.Of(path)}");

        public override int Count => rows.Count;

        public override string Identity => identity.Value;

        public override Example At(int index)
        {
            ParquetRow row = rows[index];
            Picture picture = PictureFile.Decode(row.Picture, $"{path}: row {index} ({row.Id})");
            return new(row.Id, row.Problem, row.Solution, picture, row.Tag);
        }
    }
}
