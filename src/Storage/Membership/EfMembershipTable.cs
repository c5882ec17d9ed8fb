using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace ViSurf.Storage;

/// <summary>Who is in a cluster, as rows of the database that everything else is in.</summary>
/// <remarks>
/// Each change raises the cluster's version in its transaction, and is refused where that is not the one it was decided from. Errors
/// reach Orleans as they are: it asks again.
/// </remarks>
internal sealed class EfMembershipTable(IDbContextFactory<ViSurfDb> contexts, IOptions<ClusterOptions> options) : IMembershipTable
{
    private readonly string cluster = options.Value.ClusterId;

    public async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default)
    {
        if (tryInitTableVersion)
        {
            await using ViSurfDb db = contexts.CreateDbContext();
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO membership_versions (cluster, version) VALUES ({cluster}, 0) ON CONFLICT DO NOTHING", cancellationToken);
        }
    }

    public Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(_ => true, cancellationToken);

    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default)
    {
        string silo = key.ToParsableString();
        return await ReadAsync(row => row.Silo == silo, cancellationToken);
    }

    public async Task<bool> InsertRowAsync(
        MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default)
    {
        MembershipEntity row = MembershipRows.Of(cluster, entry, version: 1);
        string status = Words.Of(row.Status);
        return await ChangeAsync(tableVersion, db => db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO membership (cluster, silo, name, host, gateway_port, status, suspects, started_at, alive_at, version)
            VALUES ({row.Cluster}, {row.Silo}, {row.Name}, {row.Host}, {row.GatewayPort}, {status}, {row.Suspects}, {row.StartedAt},
                {row.AliveAt}, {row.Version})
            ON CONFLICT DO NOTHING
            """, cancellationToken), cancellationToken);
    }

    public async Task<bool> UpdateRowAsync(
        MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default)
    {
        MembershipEntity row = MembershipRows.Of(cluster, entry, version: 0);
        long expected = long.Parse(etag, CultureInfo.InvariantCulture);
        return await ChangeAsync(tableVersion, db => db.Membership
            .Where(stored => stored.Cluster == cluster && stored.Silo == row.Silo && stored.Version == expected)
            .ExecuteUpdateAsync(set => set
                .SetProperty(stored => stored.Name, row.Name)
                .SetProperty(stored => stored.Host, row.Host)
                .SetProperty(stored => stored.GatewayPort, row.GatewayPort)
                .SetProperty(stored => stored.Status, row.Status)
                .SetProperty(stored => stored.Suspects, row.Suspects)
                .SetProperty(stored => stored.StartedAt, row.StartedAt)
                .SetProperty(stored => stored.AliveAt, row.AliveAt)
                .SetProperty(stored => stored.Version, expected + 1), cancellationToken), cancellationToken);
    }

    /// <remarks>Changes no version: only the silo itself writes it, and nothing is decided from it but whether to ask.</remarks>
    public async Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default)
    {
        string silo = entry.SiloAddress.ToParsableString();
        long aliveAt = MembershipRows.Milliseconds(entry.IAmAliveTime);
        await using ViSurfDb db = contexts.CreateDbContext();
        await db.Membership.Where(row => row.Cluster == cluster && row.Silo == silo)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AliveAt, aliveAt), cancellationToken);
    }

    public async Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default)
    {
        long before = Columns.Milliseconds(beforeDate);
        await using ViSurfDb db = contexts.CreateDbContext();
        await db.Membership.Where(row => row.Cluster == cluster && row.Status == SiloStatus.Dead
            && row.AliveAt < before && row.StartedAt < before).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken = default)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        await using IDbContextTransaction all = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.MembershipVersions.Where(row => row.Cluster == clusterId).ExecuteDeleteAsync(cancellationToken);
        await db.Membership.Where(row => row.Cluster == clusterId).ExecuteDeleteAsync(cancellationToken);
        await all.CommitAsync(cancellationToken);
    }

    // What Orleans calls these since 10.4 has the ending Async.
    Task IMembershipTable.InitializeMembershipTable(bool tryInitTableVersion) => InitializeMembershipTableAsync(tryInitTableVersion);

    Task<MembershipTableData> IMembershipTable.ReadAll() => ReadAllAsync();

    Task<MembershipTableData> IMembershipTable.ReadRow(SiloAddress key) => ReadRowAsync(key);

    Task<bool> IMembershipTable.InsertRow(MembershipEntry entry, TableVersion tableVersion) => InsertRowAsync(entry, tableVersion);

    Task<bool> IMembershipTable.UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        UpdateRowAsync(entry, etag, tableVersion);

    Task IMembershipTable.UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry);

    Task IMembershipTable.CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => CleanupDefunctSiloEntriesAsync(beforeDate);

    Task IMembershipTable.DeleteMembershipTableEntries(string clusterId) => DeleteMembershipTableEntriesAsync(clusterId);

    // One statement sees one state of both tables.
    private async Task<MembershipTableData> ReadAsync(Expression<Func<MembershipEntity, bool>> which, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        var found = await (
            from version in db.MembershipVersions
            join member in db.Membership.Where(which) on version.Cluster equals member.Cluster into members
            from member in members.DefaultIfEmpty()
            where version.Cluster == cluster
            select new { version.Version, Member = member }).ToListAsync(stop);
        long at = found.Count == 0 ? 0 : found[0].Version;
        return new([.. found.Where(row => row.Member is not null).Select(row => MembershipRows.Read(row.Member!))],
            new((int)at, MembershipRows.ETag(at)));
    }

    // The version first: whoever comes second waits for it, and then finds another.
    private async Task<bool> ChangeAsync(TableVersion next, Func<ViSurfDb, Task<int>> change, CancellationToken stop)
    {
        long expected = long.Parse(next.VersionEtag, CultureInfo.InvariantCulture);
        await using ViSurfDb db = contexts.CreateDbContext();
        await using IDbContextTransaction both = await db.Database.BeginTransactionAsync(stop);
        int isFirst = await db.MembershipVersions.Where(row => row.Cluster == cluster && row.Version == expected)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, next.Version), stop);
        if (isFirst == 0 || await change(db) == 0)
        {
            return false;
        }

        await both.CommitAsync(stop);
        return true;
    }
}
