using System.Collections.Concurrent;
using Hangfire;
using Hangfire.Common;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Hangfire.States;

namespace ViSurf.Bench.Scheduling;

/// <summary>The job queue that a .NET shop would reach for, on the same machine: jobs that do nothing, on Postgres.</summary>
internal sealed class HangfireBench(TimeProvider clock, string postgres)
{
    private const int Singles = 100;
    private const int Producers = 4;
    private static readonly ConcurrentDictionary<int, TaskCompletionSource<long>> Begun = [];

    public async Task<Peer> RunAsync(int jobs)
    {
        string schema = $"hangfire_{Guid.NewGuid():N}"; // nothing of another run is counted
        PostgreSqlStorageOptions options = new()
        {
            SchemaName = schema,
            QueuePollInterval = TimeSpan.FromSeconds(1),
            EnableLongPolling = true,
        };
        PostgreSqlStorage storage = new(new NpgsqlConnectionFactory(postgres, options), options);
        using BackgroundJobServer server = new(new BackgroundJobServerOptions { WorkerCount = 20 }, storage);
        BackgroundJobClient client = new(storage);
        for (int warm = 0; warm < 50; warm++)
        {
            await BeginsAsync(client, -1 - warm);
        }

        double[] took = new double[Singles];
        for (int i = 0; i < Singles; i++)
        {
            long start = clock.GetTimestamp();
            took[i] = clock.GetElapsedTime(start, await BeginsAsync(client, i)).TotalMilliseconds;
        }

        long first = clock.GetTimestamp();
        ConcurrentBag<Task> begun = [];
        Parallel.For(Singles, Singles + jobs, new ParallelOptions { MaxDegreeOfParallelism = Producers },
            job => begun.Add(BeginsAsync(client, job)));
        await Task.WhenAll(begun);
        return new(jobs, jobs / clock.GetElapsedTime(first).TotalSeconds, Milliseconds.Of(took));
    }

    public static void Run(int job) => Begun[job].TrySetResult(TimeProvider.System.GetTimestamp());

    private static Task<long> BeginsAsync(BackgroundJobClient client, int job)
    {
        TaskCompletionSource<long> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Begun[job] = begun;
        client.Create(Job.FromExpression(() => Run(job)), new EnqueuedState());
        return begun.Task;
    }

    /// <param name="PerSecond">From the first enqueue to the last job run.</param>
    internal sealed record Peer(int Jobs, double PerSecond, Milliseconds Start);
}
