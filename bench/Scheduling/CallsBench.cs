using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Bench.Scheduling;

/// <summary>Grain calls on an idle process, and on one whose every core trains.</summary>
internal sealed class CallsBench(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <param name="calls">How many are made, one each two milliseconds.</param>
    public async Task<Calls> RunAsync(BenchPlace place, int calls)
    {
        int slots = Environment.ProcessorCount;
        await using BenchCluster cluster = await BenchCluster.StartAsync(place, slots);
        ISchedulerGrain scheduler = cluster.Grains.GetGrain<ISchedulerGrain>(Pools.Default);
        await MeasureAsync(scheduler, calls);
        Milliseconds idle = await MeasureAsync(scheduler, calls);

        for (int index = 0; index < slots; index++)
        {
            ExperimentSpec spec = Training(seed: index + 1);
            await cluster.SubmitAsync("training", index, spec, cluster.Planner.Plan(spec));
        }

        await AllTrainAsync(scheduler, slots);
        Milliseconds beside = await MeasureAsync(scheduler, calls);
        Fault.Unless(await TrainingAsync(scheduler) == slots, FaultCode.Conflict, "calls", "training ended before the measurement did");
        return new(calls, slots, idle, beside);
    }

    private async Task<Milliseconds> MeasureAsync(ISchedulerGrain scheduler, int calls)
    {
        using PeriodicTimer pace = new(Pause, clock);
        double[] took = new double[calls];
        for (int call = 0; call < calls; call++)
        {
            await pace.WaitForNextTickAsync();
            long start = clock.GetTimestamp();
            await scheduler.SlotsAsync();
            took[call] = clock.GetElapsedTime(start).TotalMilliseconds;
        }

        return Milliseconds.Of(took);
    }

    private async Task AllTrainAsync(ISchedulerGrain scheduler, int slots)
    {
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(100), clock);
        while (await TrainingAsync(scheduler) < slots)
        {
            await look.WaitForNextTickAsync();
        }
    }

    private static async Task<int> TrainingAsync(ISchedulerGrain scheduler) =>
        (await scheduler.SlotsAsync()).Count(slot => slot.Step > 0);

    private static ExperimentSpec Training(int seed) => new()
    {
        Name = $"calls-{seed}",
        Seed = seed,
        Model = new() { Path = "models/tiny-base" },
        Data = new() { Benchmark = "mini-mix" },
        Method = new() { Name = "visurf" },
    };

    /// <param name="Training">As many slots train while the second row is measured, one to a core.</param>
    internal sealed record Calls(int Count, int Training, Milliseconds Idle, Milliseconds Beside);
}
