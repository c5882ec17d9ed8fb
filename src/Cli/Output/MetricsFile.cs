using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;
using ViSurf.Training.Reports;

namespace ViSurf.Cli.Output;

/// <summary>Metrics as a file, a line each, never all in memory.</summary>
internal static class MetricsFile
{
    private const int RowGroup = 100_000;
    private static readonly ParquetSchema Schema = new(
        new DataField<string>("experiment"),
        new DataField<string>("row"),
        new DataField<int>("seed"),
        new DataField<string>("stage"),
        new DataField<int>("step"),
        new DataField<string>("name"),
        new DataField<double>("value"));

    /// <summary>Writes comma-separated lines (RFC 4180) in UTF-8.</summary>
    /// <returns>How many points there were.</returns>
    public static async Task<long> WriteCsvAsync(Stream file, IAsyncEnumerable<MetricPoint> points, CancellationToken stop)
    {
        await using StreamWriter text = new(file, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" };
        await text.WriteLineAsync("experiment,row,seed,stage,step,name,value");
        long count = 0;
        await foreach (MetricPoint one in points.WithCancellation(stop))
        {
            await text.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{one.Experiment},{CsvReport.Quoted(one.Row)},{one.Seed},{one.Stage},{one.Step},")
                + string.Create(CultureInfo.InvariantCulture, $"{CsvReport.Quoted(one.Name)},{one.Value:R}"));
            count++;
        }

        return count;
    }

    /// <summary>Writes a Parquet file with the same columns.</summary>
    /// <returns>How many points there were.</returns>
    public static async Task<long> WriteParquetAsync(Stream file, IAsyncEnumerable<MetricPoint> points, CancellationToken stop)
    {
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(Schema, file, cancellationToken: stop);
        long count = 0;
        await foreach (MetricPoint[] part in points.Chunk(RowGroup).WithCancellation(stop))
        {
            await WriteGroupAsync(writer, part, stop);
            count += part.Length;
        }

        return count;
    }

    private static async Task WriteGroupAsync(ParquetWriter writer, MetricPoint[] points, CancellationToken stop)
    {
        DataField[] fields = Schema.GetDataFields();
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await group.WriteAsync(fields[0], [.. points.Select(one => one.Experiment)]);
        await group.WriteAsync(fields[1], [.. points.Select(one => one.Row)]);
        await group.WriteAsync<int>(fields[2], points.Select(one => one.Seed).ToArray(), cancellationToken: stop);
        await group.WriteAsync(fields[3], [.. points.Select(one => one.Stage)]);
        await group.WriteAsync<int>(fields[4], points.Select(one => one.Step).ToArray(), cancellationToken: stop);
        await group.WriteAsync(fields[5], [.. points.Select(one => one.Name)]);
        await group.WriteAsync<double>(fields[6], points.Select(one => one.Value).ToArray(), cancellationToken: stop);
    }
}
