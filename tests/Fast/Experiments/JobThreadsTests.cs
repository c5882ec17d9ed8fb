using System.Collections.Concurrent;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Tests.Fast.Experiments;

public class JobThreadsTests
{
    private readonly ConcurrentQueue<string> order = [];

    [Fact]
    public void A_job_waits_for_the_one_before_it_and_longer_chains_start_first()
    {
        Job[] jobs = [Make("short", 1), Make("long", 4), Make("first of a chain", 2), Make("last of it", 3, after: "first of a chain"),
            Make("middle", 2)];
        Assert.Empty(Run(jobs, threads: 1));
        Assert.Equal(["first of a chain", "long", "last of it", "middle", "short"], order);
    }

    [Fact]
    public void A_failed_job_takes_its_followers_along_and_nobody_else()
    {
        Job[] jobs = [Make("bad", 3, run: () => throw new InvalidOperationException("NaN")), Make("after bad", 2, after: "bad"),
            Make("after that", 2, after: "after bad"), Make("good", 1)];
        IReadOnlyDictionary<string, Exception> failures = Run(jobs, threads: 2);
        Assert.Equal(["after bad", "after that", "bad"], failures.Keys.Order());
        Assert.Contains("NaN", failures["after that"].Message, StringComparison.Ordinal);
        Assert.Equal(["good"], order);
    }

    [Fact]
    public void Jobs_run_at_once_on_threads_of_their_own()
    {
        using Barrier both = new(2);
        ConcurrentQueue<string?> names = [];
        void Meet()
        {
            names.Enqueue(Thread.CurrentThread.Name);
            Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }

        Assert.Empty(Run([Make("a", 1, run: Meet), Make("b", 1, run: Meet)], 2));
        Assert.Equal(["train-0", "train-1"], names.Order());
    }

    [Fact]
    public void Nothing_starts_after_a_stop()
    {
        using CancellationTokenSource stop = new();
        Job[] jobs = [Make("first", 2, run: stop.Cancel), Make("second", 1)];
        Run(jobs, threads: 1, stop.Token);
        Assert.Empty(order);
    }

    [Fact]
    public void A_state_folder_has_one_process_at_a_time()
    {
        using TemporaryFolder folder = new();
        using (StateFolder held = new(folder.Path))
        {
            Assert.Equal(FaultCode.Conflict, Assert.Throws<Fault>(() => new StateFolder(folder.Path)).Code);
        }

        new StateFolder(folder.Path).Dispose();
    }

    private IReadOnlyDictionary<string, Exception> Run(Job[] jobs, int threads, CancellationToken? stop = null) =>
        new JobThreads(jobs, threads, _ => { }, (_, _) => { }).Run(stop ?? TestContext.Current.CancellationToken);

    private Job Make(string id, double weight, string? after = null, Action? run = null) => new(id, id, after, weight, _ =>
    {
        if (run is null)
        {
            order.Enqueue(id);
        }
        else
        {
            run();
        }
    });
}
