using Parquet;
using Parquet.Schema;

namespace ViSurf.Training.Reports;

/// <summary>Every number of a study as a Parquet file: row, seed, benchmark, measure, value, low, high. The same results give the same
/// bytes.</summary>
/// <remarks>As <see cref="CsvReport"/>; what is empty there is null here.</remarks>
public static class ParquetReport
{
    private static readonly ParquetSchema Schema = new(
        new DataField<string>("row"),
        new DataField<int?>("seed"),
        new DataField<string>("benchmark"),
        new DataField<string>("measure"),
        new DataField<double>("value"),
        new DataField<double?>("low"),
        new DataField<double?>("high"));

    public static async Task<byte[]> WriteAsync(StudyReport report, CancellationToken stop)
    {
        ReportValue[] all = [.. ReportValue.All(report)];
        DataField[] fields = Schema.GetDataFields();
        using MemoryStream file = new();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(Schema, file, cancellationToken: stop))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(fields[0], [.. all.Select(one => one.Row)]);
            await group.WriteAsync<int>(fields[1], all.Select(one => one.Seed).ToArray(), cancellationToken: stop);
            await group.WriteAsync(fields[2], [.. all.Select(one => one.Benchmark)]);
            await group.WriteAsync(fields[3], [.. all.Select(one => one.Measure)]);
            await group.WriteAsync<double>(fields[4], all.Select(one => one.Value).ToArray(), cancellationToken: stop);
            await group.WriteAsync<double>(fields[5], all.Select(one => one.Low).ToArray(), cancellationToken: stop);
            await group.WriteAsync<double>(fields[6], all.Select(one => one.High).ToArray(), cancellationToken: stop);
        }

        return file.ToArray();
    }
}
