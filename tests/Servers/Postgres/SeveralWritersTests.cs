using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Storage;
using ViSurf.Tests.Cluster.Storage;

namespace ViSurf.Tests.Servers.Postgres;

/// <summary>What holds where several processes write to one database: each storage here is one of them.</summary>
public sealed class SeveralWritersTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly PostgresUnderTest database = new("several_writers");
    private readonly PostgresStorage[] storages;

    public SeveralWritersTests()
    {
        late.CancelAfter(Patience);
        storages = [.. Enumerable.Range(0, 3).Select(_ => PostgresStorage.Open(database.Connection, TimeProvider.System))];
    }

    private CancellationToken Stop => late.Token;

    public void Dispose()
    {
        late.Dispose();
        Array.ForEach(storages, storage => storage.Dispose());
        database.Dispose();
    }

    [Fact]
    public async Task Of_many_who_claim_a_stage_at_once_one_has_it()
    {
        ExperimentWrite[] claims = [.. Enumerable.Range(0, 60).Select(i => Samples.Order($"sweep{i}")).Select(order =>
            Samples.New(Samples.State(order)) with
            {
                Stages = [new(Samples.Stage("k-train", Samples.Id(order)), StageCondition.IsFree)],
                Events = [Samples.Event($"{order.Sweep} has it")],
            })];
        WriteOutcome[] outcomes = await Task.WhenAll(claims.Select((claim, i) => Task.Run(
            async () => await storages[i % 3].Experiments.WriteAsync(claim, Stop), Stop)));
        Assert.Single(outcomes, outcome => outcome == WriteOutcome.Written);
        Assert.Equal(59, outcomes.Count(outcome => outcome == WriteOutcome.StageTaken));
        string owner = claims[Array.IndexOf(outcomes, WriteOutcome.Written)].Id;
        Assert.Equal(owner, (await storages[0].Experiments.ReadStageAsync("k-train", Stop))!.Owner);
        Assert.Single(await storages[0].Queue.ReadAsync(Stop));
        Assert.Single(await storages[0].Outbox.ReadAfterAsync(0, null, 100, Stop));
    }

    [Fact]
    public async Task Stages_that_two_processes_claim_crosswise_go_to_one_owner_each_time()
    {
        for (int round = 0; round < 10; round++)
        {
            (string, string)[] orders = [("a", "b"), ("b", "a"), ("a", "b")];
            WriteOutcome[] outcomes = await Task.WhenAll(orders.Select(async (keys, i) =>
            {
                ExperimentOrder order = Samples.Order($"sweep{round}-{i}");
                return await storages[i].Experiments.WriteAsync(Samples.New(Samples.State(order)) with
                {
                    Stages = [Claim(keys.Item1, round, order), Claim(keys.Item2, round, order)],
                }, Stop);
            }));
            Assert.Single(outcomes, outcome => outcome == WriteOutcome.Written);
        }
    }

    [Fact]
    public async Task Of_those_who_write_an_experiment_from_one_version_one_gets_through_and_no_change_is_lost()
    {
        ExperimentOrder order = Samples.Order();
        await storages[0].Experiments.WriteAsync(Samples.New(Samples.State(order)), Stop);
        await Task.WhenAll(storages.Select(storage => Task.Run(async () =>
        {
            for (int done = 0; done < 20;)
            {
                Stored<ExperimentState> now = (await storage.Experiments.ReadAsync(Samples.Id(order), Stop))!;
                ExperimentState next = now.Value with { Fence = now.Value.Fence + 1 };
                done += await storage.Experiments.WriteAsync(new() { Id = Samples.Id(order), Expected = now.Version, State = next }, Stop)
                    == WriteOutcome.Written ? 1 : 0;
            }
        })));
        Assert.Equal(60, (await storages[0].Experiments.ReadAsync(Samples.Id(order), Stop))!.Value.Fence);
    }

    [Fact]
    public async Task Who_reads_on_after_the_last_event_it_saw_misses_none()
    {
        const int Each = 100;
        Task writing = Task.WhenAll(storages.SelectMany((storage, process) => Enumerable.Range(0, Each).Select(i => Task.Run(async () =>
            await storage.Sweeps.WriteAsync(Samples.Sweep($"{process}-{i}"), 0, [Samples.Event($"{process}-{i}")], Stop)))));
        using PostgresStorage reader = PostgresStorage.Open(database.Connection, TimeProvider.System);
        List<EventView> read = [];
        bool isAllWritten = false;
        while (!isAllWritten)
        {
            isAllWritten = writing.IsCompleted; // what is stored by now must be seen by the next reads
            while (await ReadMoreAsync())
            {
            }
        }

        await writing;
        Assert.Equal(3 * Each, read.Select(happened => happened.Id).Distinct().Count());
        Assert.Equal(3 * Each, read.Count);

        async Task<bool> ReadMoreAsync()
        {
            IReadOnlyList<EventView> more = await reader.Outbox.ReadAfterAsync(read.LastOrDefault()?.Sequence ?? 0, null, 50, Stop);
            read.AddRange(more);
            return more.Count > 0;
        }
    }

    [Fact]
    public async Task One_process_relays_and_when_it_is_gone_another_does()
    {
        await storages[1].Sweeps.WriteAsync(Samples.Sweep(), 0, [Samples.Event("e")], Stop);
        Assert.Single(await storages[0].Outbox.ReadOpenAsync(9, Stop));
        Assert.Empty(await storages[1].Outbox.ReadOpenAsync(9, Stop));
        Assert.Single(await storages[0].Outbox.ReadOpenAsync(9, Stop));
        storages[0].Dispose();
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(10));
        while ((await storages[1].Outbox.ReadOpenAsync(9, Stop)).Count == 0)
        {
            await look.WaitForNextTickAsync(Stop); // the server ends a connection a moment after it is closed
        }

        Assert.Empty(await storages[2].Outbox.ReadOpenAsync(9, Stop));
    }

    private static StageWrite Claim(string key, int round, ExperimentOrder order) =>
        new(Samples.Stage($"{key}{round}", Samples.Id(order)), StageCondition.IsFree);
}
