using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What Orleans takes for granted of a membership table, and clients of the list of gateways.</summary>
public abstract class MembershipContract(StorageUnderTest storage) : IDisposable
{
    private static readonly DateTime Noon = Samples.Noon.UtcDateTime;

    private EfMembershipTable Table => TableOf("cluster");

    public void Dispose()
    {
        storage.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_cluster_begins_without_members_however_often_it_is_begun()
    {
        await Table.InitializeMembershipTableAsync(true);
        Assert.True(await Table.InsertRowAsync(Entry(1), await NextAsync()));
        await Table.InitializeMembershipTableAsync(true);
        MembershipTableData all = await Table.ReadAllAsync();
        Assert.Equal((1, "1"), (all.Version.Version, all.Version.VersionEtag));
        Assert.Single(all.Members);
    }

    [Fact]
    public async Task A_member_reads_as_it_was_written()
    {
        await BeginAsync();
        MembershipEntry written = Entry(1);
        written.Status = SiloStatus.Active;
        written.SuspectTimes =
        [
            Tuple.Create(Silo(2), Noon.AddTicks(7)),
            Tuple.Create(Silo(3), Noon.AddDays(1)),
        ];
        Assert.True(await Table.InsertRowAsync(written, await NextAsync()));
        (MembershipEntry read, string _) = Assert.Single((await Table.ReadRowAsync(Silo(1))).Members);
        Assert.Equal(
            (written.SiloAddress, written.SiloName, written.HostName, written.ProxyPort, written.Status, written.StartTime,
                written.IAmAliveTime),
            (read.SiloAddress, read.SiloName, read.HostName, read.ProxyPort, read.Status, read.StartTime, read.IAmAliveTime));
        Assert.Equal(written.SuspectTimes, read.SuspectTimes);
    }

    [Fact]
    public async Task Who_is_not_there_reads_as_nobody_with_the_table_s_version()
    {
        await BeginAsync();
        await Table.InsertRowAsync(Entry(1), await NextAsync());
        MembershipTableData none = await Table.ReadRowAsync(Silo(9));
        Assert.Empty(none.Members);
        Assert.Equal(1, none.Version.Version);
    }

    [Fact]
    public async Task A_member_is_inserted_once_and_a_refused_insert_leaves_the_version()
    {
        await BeginAsync();
        Assert.True(await Table.InsertRowAsync(Entry(1), await NextAsync()));
        Assert.False(await Table.InsertRowAsync(Entry(1), await NextAsync()));
        Assert.Equal(1, (await Table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task An_insert_expects_the_version_it_was_decided_from()
    {
        await BeginAsync();
        TableVersion stale = await NextAsync();
        Assert.True(await Table.InsertRowAsync(Entry(1), stale));
        Assert.False(await Table.InsertRowAsync(Entry(2), stale));
        Assert.Single((await Table.ReadAllAsync()).Members);
    }

    [Fact]
    public async Task An_update_expects_the_table_s_version_and_the_member_s()
    {
        await BeginAsync();
        await Table.InsertRowAsync(Entry(1), await NextAsync());
        string first = ETag(await Table.ReadRowAsync(Silo(1)));
        TableVersion stale = new(1, "0");
        Assert.False(await Table.UpdateRowAsync(With(SiloStatus.Active), first, stale));
        Assert.True(await Table.UpdateRowAsync(With(SiloStatus.Active), first, await NextAsync()));
        Assert.False(await Table.UpdateRowAsync(With(SiloStatus.Dead), first, await NextAsync()));
        MembershipTableData after = await Table.ReadRowAsync(Silo(1));
        Assert.Equal((2, SiloStatus.Active), (after.Version.Version, after.Members[0].Item1.Status));
        Assert.NotEqual(first, ETag(after));
    }

    [Fact]
    public async Task Who_is_not_there_is_not_updated()
    {
        await BeginAsync();
        Assert.False(await Table.UpdateRowAsync(Entry(1), "1", await NextAsync()));
        Assert.Equal(0, (await Table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Saying_that_one_is_alive_changes_no_version_and_nothing_else()
    {
        await BeginAsync();
        await Table.InsertRowAsync(Entry(1), await NextAsync());
        string before = ETag(await Table.ReadRowAsync(Silo(1)));
        MembershipEntry said = Entry(1);
        said.IAmAliveTime = Noon.AddMinutes(3);
        said.Status = SiloStatus.Dead;
        await Table.UpdateIAmAliveAsync(said);
        MembershipTableData after = await Table.ReadRowAsync(Silo(1));
        Assert.Equal((1, before), (after.Version.Version, ETag(after)));
        Assert.Equal((Noon.AddMinutes(3), SiloStatus.Joining), (after.Members[0].Item1.IAmAliveTime, after.Members[0].Item1.Status));
    }

    [Fact]
    public async Task Only_the_dead_that_were_silent_since_a_time_are_cleaned_up()
    {
        await BeginAsync();
        (int Id, SiloStatus Status, int Minutes)[] members =
            [(1, SiloStatus.Dead, -10), (2, SiloStatus.Dead, 10), (3, SiloStatus.Active, -10), (4, SiloStatus.ShuttingDown, -10)];
        foreach ((int id, SiloStatus status, int minutes) in members)
        {
            MembershipEntry entry = Entry(id);
            entry.Status = status;
            entry.IAmAliveTime = entry.StartTime = Noon.AddMinutes(minutes);
            Assert.True(await Table.InsertRowAsync(entry, await NextAsync()));
        }

        await Table.CleanupDefunctSiloEntriesAsync(Noon);
        Assert.Equal([2, 3, 4], (await Table.ReadAllAsync()).Members.Select(member => member.Item1.SiloAddress.Generation).Order());
    }

    [Fact]
    public async Task Clusters_on_one_database_do_not_see_each_other_and_one_is_deleted_alone()
    {
        await BeginAsync();
        EfMembershipTable other = TableOf("other");
        await other.InitializeMembershipTableAsync(true);
        await Table.InsertRowAsync(Entry(1), await NextAsync());
        Assert.Empty((await other.ReadAllAsync()).Members);
        Assert.True(await other.InsertRowAsync(Entry(1), (await other.ReadAllAsync()).Version.Next()));
        await Table.DeleteMembershipTableEntriesAsync("cluster");
        Assert.Empty((await Table.ReadAllAsync()).Members);
        Assert.Single((await other.ReadAllAsync()).Members);
    }

    [Fact]
    public async Task Of_many_who_join_at_once_from_one_version_exactly_one_does()
    {
        await BeginAsync();
        TableVersion same = await NextAsync();
        bool[] joined = await Task.WhenAll(Enumerable.Range(1, 10).Select(id => Task.Run(() => Table.InsertRowAsync(Entry(id), same))));
        Assert.Single(joined, one => one);
        MembershipTableData all = await Table.ReadAllAsync();
        Assert.Equal((1, 1), (all.Version.Version, all.Members.Count));
    }

    [Fact]
    public async Task No_change_of_many_who_try_until_they_get_through_is_lost()
    {
        const int Writers = 4;
        const int Changes = 5;
        await BeginAsync();
        for (int id = 1; id <= Writers; id++)
        {
            await Table.InsertRowAsync(Entry(id), await NextAsync());
        }

        await Task.WhenAll(Enumerable.Range(1, Writers).Select(id => Task.Run(async () =>
        {
            int tries = 0;
            for (int done = 0; done < Changes;)
            {
                Assert.True(tries++ < Writers * Changes, "a writer gets through at least whenever the others are done");
                MembershipTableData now = await Table.ReadAllAsync();
                (MembershipEntry entry, string etag) = now.TryGet(Silo(id))!;
                entry.AddSuspector(Silo(100 + done), Noon);
                done += await Table.UpdateRowAsync(entry, etag, now.Version.Next()) ? 1 : 0;
            }
        })));
        MembershipTableData after = await Table.ReadAllAsync();
        Assert.Equal(Writers + (Writers * Changes), after.Version.Version);
        Assert.All(after.Members, member => Assert.Equal(Changes, member.Item1.SuspectTimes!.Count));
    }

    [Fact]
    public async Task Clients_enter_through_active_silos_that_take_them()
    {
        await BeginAsync();
        (int Id, SiloStatus Status, int Port)[] silos =
            [(1, SiloStatus.Active, 30_001), (2, SiloStatus.Active, 0), (3, SiloStatus.Dead, 30_003), (4, SiloStatus.Joining, 30_004)];
        foreach ((int id, SiloStatus status, int port) in silos)
        {
            MembershipEntry entry = Entry(id);
            (entry.Status, entry.ProxyPort) = (status, port);
            await Table.InsertRowAsync(entry, await NextAsync());
        }

        EfGatewayListProvider gateways = new(storage.Contexts, Options.Create(new ClusterOptions { ClusterId = "cluster" }),
            Options.Create(new GatewayOptions()));
        await gateways.InitializeGatewayListProviderAsync();
        Uri open = Assert.Single(await gateways.GetGatewaysAsync());
        Assert.Equal(SiloAddress.New(IPAddress.Loopback, 30_001, 1).ToGatewayUri(), open);
        Assert.True(gateways.IsUpdatable);
    }

    private EfMembershipTable TableOf(string cluster) =>
        new(storage.Contexts, Options.Create(new ClusterOptions { ClusterId = cluster }));

    private Task BeginAsync() => Table.InitializeMembershipTableAsync(true);

    private async Task<TableVersion> NextAsync() => (await Table.ReadAllAsync()).Version.Next();

    private static string ETag(MembershipTableData one) => one.Members.Single().Item2;

    private static MembershipEntry With(SiloStatus status)
    {
        MembershipEntry entry = Entry(1);
        entry.Status = status;
        return entry;
    }

    private static SiloAddress Silo(int generation) => SiloAddress.New(IPAddress.Loopback, 11_111, generation);

    private static MembershipEntry Entry(int generation) => new()
    {
        SiloAddress = Silo(generation),
        SiloName = string.Create(CultureInfo.InvariantCulture, $"silo-{generation}"),
        HostName = "host",
        ProxyPort = 30_000,
        Status = SiloStatus.Joining,
        StartTime = Noon.AddMilliseconds(1),
        IAmAliveTime = Noon.AddMilliseconds(2),
    };
}
