using System.Globalization;

namespace ViSurf.Storage;

/// <summary>Members of a cluster as rows, and back.</summary>
internal static class MembershipRows
{
    public static MembershipEntity Of(string cluster, MembershipEntry entry, long version) => new()
    {
        Cluster = cluster,
        Silo = entry.SiloAddress.ToParsableString(),
        Name = entry.SiloName ?? "",
        Host = entry.HostName ?? "",
        GatewayPort = entry.ProxyPort,
        Status = entry.Status,
        Suspects = Columns.Json((entry.SuspectTimes ?? []).Select(one => new Suspicion(one.Item1.ToParsableString(), one.Item2.Ticks))),
        StartedAt = Milliseconds(entry.StartTime),
        AliveAt = Milliseconds(entry.IAmAliveTime),
        Version = version,
    };

    public static Tuple<MembershipEntry, string> Read(MembershipEntity row) => Tuple.Create(new MembershipEntry
    {
        SiloAddress = SiloAddress.FromParsableString(row.Silo),
        SiloName = row.Name,
        HostName = row.Host,
        ProxyPort = row.GatewayPort,
        Status = row.Status,
        SuspectTimes = [.. Columns.Read<List<Suspicion>>(row.Suspects, row.Silo).Select(one =>
            Tuple.Create(SiloAddress.FromParsableString(one.By), new DateTime(one.Ticks, DateTimeKind.Utc)))],
        StartTime = Columns.Time(row.StartedAt).UtcDateTime,
        IAmAliveTime = Columns.Time(row.AliveAt).UtcDateTime,
    }, ETag(row.Version));

    public static string ETag(long version) => version.ToString(CultureInfo.InvariantCulture);

    // Orleans' times are UTC, whatever they say of themselves.
    public static long Milliseconds(DateTime utc) => Columns.Milliseconds(new DateTimeOffset(utc.Ticks, TimeSpan.Zero));

    private sealed record Suspicion(string By, long Ticks);
}
