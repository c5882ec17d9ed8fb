using System.Collections.Concurrent;
using ViSurf.Sdk;

namespace ViSurf.Chaos.Cluster;

/// <summary>The processes of docs/cluster.md on this machine, but one of the two that answer; each startable again under its name.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private const int TriesMax = 60;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, (string Name, string Value)[]> settings = [];
    private readonly ConcurrentDictionary<string, ClusterProcess> processes = [];
    private readonly ConcurrentQueue<ClusterProcess> gone = [];
    private readonly ConcurrentDictionary<string, int> held = [];
    private readonly Dictionary<string, SemaphoreSlim> turns;
    private readonly string folder;
    private readonly BackingServers backing;
    private readonly HttpClient http;

    /// <param name="folder">For checkpoints that were fetched.</param>
    /// <param name="backing">The servers that it uses.</param>
    public LocalCluster(string folder, BackingServers backing)
    {
        (this.folder, this.backing) = (folder, backing);
        Controls = Add("control", 2);
        Gpus = Add("gpu", 3);
        int port = Ports.Free();
        settings["api-1"] = Settings("api", "api-1", $"http://127.0.0.1:{port}");
        turns = settings.Keys.ToDictionary(name => name, _ => new SemaphoreSlim(1));
        http = new() { BaseAddress = new($"http://127.0.0.1:{port}") };
        Client = new(http);
    }

    public IReadOnlyList<string> Controls { get; }

    public IReadOnlyList<string> Gpus { get; }

    /// <summary>Speaks to the process that answers.</summary>
    public ViSurfClient Client { get; }

    /// <summary>What processes said of mishaps, those of before among them.</summary>
    public IEnumerable<string> Lines => gone.Concat(processes.Values).SelectMany(process => process.Lines);

    /// <summary>Starts every process.</summary>
    public Task StartAsync() => Task.WhenAll(settings.Keys.Select(UpAsync));

    /// <summary>Starts a process where it does not run, and again while it cannot start, as Kubernetes does.</summary>
    /// <exception cref="InvalidOperationException">It could not for as often as it was tried.</exception>
    public async Task UpAsync(string name)
    {
        SemaphoreSlim turn = turns[name];
        await turn.WaitAsync();
        try
        {
            for (int tries = 1; !IsUp(name); tries++)
            {
                await TryStartAsync(name, tries == TriesMax);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Starts what ended by itself, until it is told to stop.</summary>
    public async Task SuperviseAsync(CancellationToken until)
    {
        using PeriodicTimer look = new(TimeSpan.FromSeconds(1));
        while (await look.WaitForNextTickAsync(until).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully, TaskScheduler.Default))
        {
            await Task.WhenAll(settings.Keys.Where(name => !IsUp(name) && !held.ContainsKey(name)).Select(UpAsync));
        }
    }

    /// <summary>A process that may be away until the hold ends.</summary>
    public IDisposable Hold(params IEnumerable<string> names) => new Held(held, [.. names]);

    public ClusterProcess Process(string name) => processes[name];

    public async Task KillAllAsync()
    {
        using IDisposable hold = Hold(settings.Keys);
        await Task.WhenAll(processes.Values.Where(process => !process.HasExited).Select(process => process.KillAsync()));
    }

    /// <summary>The slot and the step of what runs now; empty where the API does not answer.</summary>
    public async Task<IReadOnlyList<SlotView>> SlotsAsync(CancellationToken stop)
    {
        try
        {
            return await Client.ListSlotsAsync(stop).ToListAsync(stop);
        }
        catch (Exception e) when (e is Fault or HttpRequestException)
        {
            return [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAllAsync();
        foreach (ClusterProcess process in processes.Values.Concat(gone))
        {
            process.Dispose();
        }

        http.Dispose();
    }

    private async Task TryStartAsync(string name, bool isLast)
    {
        if (processes.TryRemove(name, out ClusterProcess? before))
        {
            gone.Enqueue(before);
        }

        try
        {
            processes[name] = await ClusterProcess.StartAsync(settings[name]);
        }
        catch (InvalidOperationException) when (!isLast)
        {
            await Task.Delay(BetweenTries, TimeProvider.System);
        }
    }

    private bool IsUp(string name) => processes.TryGetValue(name, out ClusterProcess? process) && !process.HasExited;

    private string[] Add(string role, int count)
    {
        string[] names = [.. Enumerable.Range(1, count).Select(number => $"{role}-{number}")];
        foreach (string name in names)
        {
            settings[name] = Settings(role, name, "http://127.0.0.1:0");
        }

        return names;
    }

    private (string, string)[] Settings(string role, string node, string listen) =>
    [
        ("Roles", role),
        ("Node", node),
        ("SiloPort", $"{Ports.Free()}"),
        ("GatewayPort", $"{Ports.Free()}"),
        ("Http", listen),
        ("Slots", "1"),
        ("Force", "true"),
        ("Device", "cpu"),
        ("Postgres", backing.Postgres),
        ("RabbitMq", backing.Broker.ToString()),
        ("Blob", backing.BlobByLane),
        ("BlobCache", Path.Combine(folder, "fetched")),
    ];

    private sealed class Held : IDisposable
    {
        private readonly ConcurrentDictionary<string, int> held;
        private readonly string[] names;

        public Held(ConcurrentDictionary<string, int> held, string[] names)
        {
            (this.held, this.names) = (held, names);
            Array.ForEach(names, name => held.AddOrUpdate(name, 1, (_, count) => count + 1));
        }

        public void Dispose() => Array.ForEach(names, name =>
        {
            if (held.AddOrUpdate(name, 0, (_, count) => count - 1) == 0)
            {
                held.TryRemove(new(name, 0));
            }
        });
    }
}
