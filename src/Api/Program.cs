using System.Globalization;
using System.Runtime.InteropServices;
using ViSurf.Api;
using ViSurf.Sdk;

// Numbers are read and written the same everywhere.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

IConfiguration settings = new ConfigurationBuilder()
    .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
    .AddEnvironmentVariables()
    .AddCommandLine(args)
    .Build();
EmbeddedOptions usual = new() { StateFolder = ".visurf" };
try
{
    await using EmbeddedHost host = await EmbeddedHost.StartAsync(usual with
    {
        StateFolder = settings["ViSurf:StateFolder"] ?? usual.StateFolder,
        Address = settings["Urls"] ?? usual.Address,
        Slots = settings.GetValue("ViSurf:Slots", usual.Slots),
        Force = settings.GetValue("ViSurf:Force", usual.Force),
    });
    TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    void End(PosixSignalContext signal)
    {
        signal.Cancel = true; // stages write their checkpoints first
        ended.TrySetResult();
    }

    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using CancellationTokenRegistration failed = host.Stopping.Register(() => ended.TrySetResult());
    await Console.Out.WriteLineAsync($"{host.Address}");
    await ended.Task;
    return 0;
}
catch (Fault fault)
{
    await Console.Error.WriteLineAsync($"error: {fault.Message}");
    return 2;
}
