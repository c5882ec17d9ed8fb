using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Silo;
using ViSurf.Silo.Events;
using ViSurf.Storage;
using ViSurf.Tests.Cluster;
using ViSurf.Tests.Cluster.Storage;
using ViSurf.Training.Experiments;

namespace ViSurf.Tests.Servers.Events;

/// <summary>Stored events, their relay and their consumers, in this process; the broker between is real.</summary>
internal sealed class RelayUnderTest : IAsyncDisposable, IConsumeObserver, ILoggerProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static int started;
    private readonly TemporaryFolder folder = new();
    private readonly IHost host;
    private readonly SemaphoreSlim changed = new(0);
    private readonly string sweep = $"sweep-{Interlocked.Increment(ref started)}"; // a broker may hold messages of those before
    private int handled;
    private int stored;

    private RelayUnderTest(Uri broker, int failures)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSqliteStorage(folder.Path);
        builder.Services.AddSingleton<IOutbox>(parts => new FailingOutbox(parts.GetRequiredService<SqliteStorage>().Outbox, failures));
        builder.Services.AddEvents(broker);
        builder.Services.AddRelay();
        builder.Logging.AddProvider(this).SetMinimumLevel(LogLevel.Error);
        host = builder.Build();
        Bus.ConnectConsumeObserver(this);
    }

    public IBus Bus => host.Services.GetRequiredService<IBus>();

    public ConcurrentQueue<string> Errors { get; } = [];

    /// <summary>How often a message was handled.</summary>
    public int Handled => Volatile.Read(ref handled);

    private IOutbox Outbox => host.Services.GetRequiredService<IOutbox>();

    /// <param name="broker">Where it is.</param>
    /// <param name="failures">As often reading measurements fails first.</param>
    public static async Task<RelayUnderTest> StartAsync(Uri broker, int failures = 0)
    {
        RelayUnderTest relay = new(broker, failures);
        await relay.host.StartAsync();
        return relay;
    }

    /// <summary>Stores an experiment's result, and the event that tells of it.</summary>
    public async Task<ExperimentCompleted> CompleteAsync(bool isReadable = true)
    {
        int index = stored++;
        ExperimentOrder order = Samples.Order(sweep, index, $"k-train-{index}", $"k-evaluate-{index}");
        string id = Samples.Id(order);
        EventRecord happened = new($"{id}/completed", EventKinds.ExperimentCompleted, sweep, id, Samples.Noon, []);
        await host.Services.GetRequiredService<IExperimentStore>().WriteAsync(new()
        {
            Id = id,
            Expected = 0,
            State = Samples.State(order, Phase.Succeeded) with { Fence = 1 },
            Evaluation = ($"k-evaluate-{index}", isReadable ? Measured() : [1, 2, 3]),
            Result = new(id, sweep, order.Row, order.Spec.Seed, 1, Samples.Noon, $"k-evaluate-{index}"),
            Events = [happened],
        });
        return new(happened.Id, sweep, id, Samples.Noon);
    }

    public async Task<IReadOnlyList<string>> OpenAsync() => [.. (await Outbox.ReadOpenAsync(100)).Select(open => open.Id)];

    /// <summary>The experiments of the results, each with how many scores it has.</summary>
    public async Task<Dictionary<string, int>> ScoresAsync() =>
        (await host.Services.GetRequiredService<IReadModel>().ResultsAsync(sweep))
            .ToDictionary(row => row.Experiment, row => row.Scores.Count);

    /// <summary>Waits until every event's effect is stored.</summary>
    public Task UntilClosedAsync() => UntilAsync(async () => (await OpenAsync()).Count == 0);

    /// <summary>Asks whenever a message was handled, something was logged, or a second has passed.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using CancellationTokenSource late = new(Patience);
        while (!await isSo())
        {
            await changed.WaitAsync(TimeSpan.FromSeconds(1), late.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A bus that is stopped while it tries to reach its broker reaches it afterwards, and takes the messages of those that follow.
        IBusControl control = host.Services.GetRequiredService<IBusControl>();
        await UntilAsync(() => Task.FromResult(control.CheckHealth().Status == BusHealthStatus.Healthy));
        await host.StopAsync();
        host.Dispose();
        folder.Dispose();
        changed.Dispose();
    }

    Task IConsumeObserver.PreConsume<T>(ConsumeContext<T> context) => Task.CompletedTask;

    Task IConsumeObserver.PostConsume<T>(ConsumeContext<T> context)
    {
        Interlocked.Increment(ref handled);
        changed.Release();
        return Task.CompletedTask;
    }

    Task IConsumeObserver.ConsumeFault<T>(ConsumeContext<T> context, Exception exception) => Task.CompletedTask;

    ILogger ILoggerProvider.CreateLogger(string categoryName) => new ErrorLog(this, categoryName);

    void IDisposable.Dispose()
    {
        // The host disposes of its parts, this one among them.
    }

    private static byte[] Measured() => MeasurementBytes.Write(
        [new(MeasurementRole.Task, "mini-mix", PromptMode.Think, [new("item", "all", "<answer>[]</answer>", 1, true, true)])]);

    private sealed class ErrorLog(RelayUnderTest relay, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? error, Func<TState, Exception?, string> text)
        {
            if (IsEnabled(level) && category.StartsWith(nameof(ViSurf), StringComparison.Ordinal))
            {
                relay.Errors.Enqueue(text(state, error));
                relay.changed.Release();
            }
        }
    }
}
