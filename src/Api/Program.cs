using System.Globalization;
using System.Runtime.InteropServices;
using ViSurf.Api;
using ViSurf.Sdk;
using ViSurf.Silo;

// Numbers are read and written the same everywhere.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

IConfiguration configuration = new ConfigurationBuilder()
    .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
    .AddEnvironmentVariables()
    .AddCommandLine(args)
    .Build();
try
{
    ClusterSettings settings = ClusterSettings.Read(configuration);
    return settings.Roles switch
    {
        Roles.None => await EmbeddedAsync(settings, configuration["Urls"]),
        Roles.Migrate => await MigrateAsync(settings),
        _ => await ClusterAsync(settings),
    };
}
catch (Fault fault)
{
    await Console.Error.WriteLineAsync($"error: {fault.Message}");
    return 2;
}

static async Task<int> EmbeddedAsync(ClusterSettings settings, string? urls)
{
    EmbeddedOptions usual = new() { StateFolder = ".visurf" };
    await using EmbeddedHost host = await EmbeddedHost.StartAsync(usual with
    {
        StateFolder = settings.StateFolder ?? usual.StateFolder,
        Address = urls ?? usual.Address,
        Slots = settings.Slots,
        Force = settings.Force,
        Device = settings.Device,
        Labels = settings.Labels,
    });
    return await ServeAsync(host.Address, host.Stopping);
}

static async Task<int> ClusterAsync(ClusterSettings settings)
{
    await using ClusterHost host = await ClusterHost.StartAsync(settings);
    return await ServeAsync(host.Address, host.Stopping);
}

static async Task<int> MigrateAsync(ClusterSettings settings)
{
    await ClusterSilo.MigrateAsync(settings);
    return 0;
}

// Until it is asked to end, or a part of it fails: then 3, which says start me again.
static async Task<int> ServeAsync(Uri address, CancellationToken failing)
{
    TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    void End(PosixSignalContext signal)
    {
        signal.Cancel = true; // stages write their checkpoints first
        ended.TrySetResult();
    }

    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using CancellationTokenRegistration failed = failing.Register(() => ended.TrySetResult());
    await Console.Out.WriteLineAsync($"{address}");
    await ended.Task;
    return failing.IsCancellationRequested ? 3 : 0;
}
