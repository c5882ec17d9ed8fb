using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Silo;
using ViSurf.Storage;
using ViSurf.Tests.Cluster.Storage;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>A whole silo in this process, real but for the clock, the trainer and a wire that may lose calls.</summary>
internal sealed class SiloUnderTest : IAsyncDisposable
{
    public const string Sweep = "sweep";
    public const string FirstSlot = "node|cpu:0";
    public const string SecondSlot = "node|cpu:1";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder folder = new();
    private readonly Activations activations = new();
    private readonly IHost host;
    private int submitted;

    private SiloUnderTest(int slots)
    {
        Wire = new(Clock);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<TimeProvider>(Clock);
        // Membership and messages keep real time: a second that passes in a test is none that a probe or an answer was late.
        builder.Services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        builder.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, Clock);
        builder.Services.AddSingleton<IConfigureGrainContextProvider>(activations);
        builder.Services.AddSingleton<IIncomingGrainCallFilter>(Wire);
        builder.Services.AddSingleton<IOutgoingGrainCallFilter>(Wire);
        builder.AddEmbeddedSilo(new() { StateFolder = folder.Path, Node = "node", Slots = slots, Force = true });
        builder.Services.AddSingleton<ITrainer>(Trainer);
        builder.Services.AddSingleton<ICheckpointStore>(
            provider => new AbsentStore(provider.GetRequiredService<SqliteStorage>().Checkpoints, () => IsStoreAway));
        builder.Logging.AddProvider(Log);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Patience);
        host = builder.Build();
    }

    public SteppedClock Clock { get; } = new();

    public Wire Wire { get; }

    public SteeredTrainer Trainer { get; } = new();

    /// <summary>What was logged as a warning.</summary>
    public Warnings Log { get; } = new();

    /// <summary>Whether checkpoints can be neither saved nor fetched.</summary>
    public bool IsStoreAway { get; set; }

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public ISchedulerGrain Scheduler => Grains.GetGrain<ISchedulerGrain>(Pools.Default);

    public IReadModel Rows => host.Services.GetRequiredService<IReadModel>();

    public IExperimentStore Store => host.Services.GetRequiredService<IExperimentStore>();

    public DeviceHost Devices => host.Services.GetRequiredService<DeviceHost>();

    /// <returns>Once its slots were heard of.</returns>
    public static async Task<SiloUnderTest> StartAsync(int slots = 2)
    {
        SiloUnderTest silo = new(slots);
        Task heard = silo.Wire.Heard;
        await silo.host.StartAsync();
        await heard.WaitAsync(Patience);
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        Wire.Mend();
        await host.StopAsync();
        host.Dispose();
        folder.Dispose();
    }

    public IExperimentGrain Experiment(string id) => Grains.GetGrain<IExperimentGrain>(id);

    /// <summary>An experiment of two stages of its own: sft in 20 steps, evaluate.</summary>
    public ExperimentOrder NewOrder()
    {
        int index = submitted++;
        return Samples.Order(Sweep, index, $"k-train-{index}", $"k-evaluate-{index}");
    }

    /// <summary>Submits an experiment.</summary>
    public async Task<string> SubmitAsync(ScheduleSpec? schedule = null)
    {
        ExperimentOrder order = NewOrder() with { Schedule = schedule };
        await Experiment(Samples.Id(order)).SubmitAsync(order);
        return Samples.Id(order);
    }

    /// <summary>Submits an experiment.</summary>
    /// <returns>Its first attempt.</returns>
    public async Task<SteeredAttempt> BeginAsync(ScheduleSpec? schedule = null)
    {
        string id = await SubmitAsync(schedule);
        SteeredAttempt attempt = await Trainer.NextAsync();
        Assert.Equal(id, attempt.Experiment);
        return attempt;
    }

    /// <summary>Ends an attempt at the first stage, and the evaluation after it.</summary>
    public async Task FinishAsync(SteeredAttempt attempt)
    {
        await attempt.CommitAsync(20);
        attempt.End();
        SteeredAttempt evaluation = await Trainer.NextAsync();
        Assert.Equal((attempt.Experiment, "evaluate"), (evaluation.Experiment, evaluation.Attempt.Stage.Name));
        evaluation.End();
        await UntilAsync(attempt.Experiment, Phase.Succeeded);
    }

    /// <summary>Lets seconds pass, one by one, each with its heartbeat and what the grains do in it.</summary>
    public async Task PassAsync(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            Task heard = Wire.Heard;
            await Clock.PassAsync(TimeSpan.FromSeconds(1));
            await heard.WaitAsync(Patience);
            await QuietAsync();
        }
    }

    /// <summary>Waits until no call is under way, and none follows.</summary>
    public async Task QuietAsync()
    {
        using CancellationTokenSource late = new(Patience);
        int before;
        do
        {
            late.Token.ThrowIfCancellationRequested();
            await UntilAsync(() => Task.FromResult(Wire.UnderWay == 0));
            before = Wire.Calls.Count;
            await Scheduler.SlotsAsync(); // behind whatever an answer left the scheduler to do
        }
        while (Wire.UnderWay > 0 || Wire.Calls.Count > before + 1);
    }

    /// <summary>Waits until something is so. No time passes.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using CancellationTokenSource late = new(Patience);
        while (true)
        {
            late.Token.ThrowIfCancellationRequested(); // what is asked may itself be a call, and so a change
            Task changed = Wire.Changed;
            if (await isSo())
            {
                return;
            }

            await changed.WaitAsync(late.Token);
        }
    }

    public Task UntilAsync(string experiment, Phase phase) => UntilAsync(async () => (await ViewAsync(experiment)).Phase == phase);

    public async Task<ExperimentView> ViewAsync(string experiment) => (await Rows.ExperimentAsync(experiment))!;

    public async Task<IReadOnlyList<string>> WhyAsync(string experiment) => await Scheduler.WhyAsync(experiment);

    /// <summary>The kinds of an experiment's events, in their order.</summary>
    public async Task<List<string>> EventsAsync(string experiment) =>
    [
        .. (await host.Services.GetRequiredService<IOutbox>().ReadAfterAsync(0, null, 1000))
            .Where(stored => stored.Experiment == experiment).Select(stored => stored.Kind),
    ];

    /// <summary>Ends a grain's activation; its next call makes a new one.</summary>
    /// <returns>Once that activation, whatever came after it, is gone.</returns>
    public async Task DeactivateAsync(IAddressable grain)
    {
        IGrainContext ended = activations.Last(grain.GetGrainId());
        ended.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "a test asks for it"), CancellationToken.None);
        await ended.Deactivated.WaitAsync(Patience);
    }
}
