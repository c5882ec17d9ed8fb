using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Silo;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Trainer;

namespace ViSurf.Api;

/// <summary>Everything in one process: the API, the silo, the slots, the storage in one folder.</summary>
public sealed class EmbeddedHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string addressFile;
    private bool isStopped;

    private EmbeddedHost(WebApplication app, string addressFile)
    {
        this.app = app;
        this.addressFile = addressFile;
        Address = new(app.Urls.Single());
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Ends when the host is about to stop, asked or because a part of it failed.</summary>
    public CancellationToken Stopping => app.Lifetime.ApplicationStopping;

    /// <summary>The parts, for what runs in the same process.</summary>
    internal IServiceProvider Parts => app.Services;

    /// <summary>The file of a state folder that names the address of the server that holds it.</summary>
    public static string AddressFile(string stateFolder) => Path.Combine(stateFolder, "address");

    /// <summary>Starts everything.</summary>
    /// <returns>Once requests are answered.</returns>
    /// <exception cref="Fault">
    /// SpecInvalid: an option is wrong. Conflict: another process holds the folder, or listens at the address.
    /// </exception>
    public static async Task<EmbeddedHost> StartAsync(EmbeddedOptions options, CancellationToken cancellationToken = default)
    {
        CheckLoopback(options.Address);
        TorchThreads.UseOneARun();
        WebApplication app = Build(options);
        bool isStarted = false;
        try
        {
            app.Services.GetRequiredService<IReadModel>(); // opens the folder before anything runs
            app.MapApi();
            app.Urls.Add(options.Address);
            await app.StartAsync(cancellationToken);
            EmbeddedHost host = new(app, AddressFile(options.StateFolder));
            DurableFile.Write(host.addressFile, Encoding.ASCII.GetBytes($"{host.Address}\n"));
            isStarted = true;
            return host;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new Fault(FaultCode.Conflict, options.Address,
                "is in use by another process; choose another, or port 0 for a free one", e);
        }
        finally
        {
            if (!isStarted)
            {
                await app.StopAsync(CancellationToken.None);
                await app.DisposeAsync();
            }
        }
    }

    /// <summary>Takes no more requests, lets running stages write a checkpoint, and stops. A second call does nothing.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (isStopped)
        {
            return;
        }

        isStopped = true;
        File.Delete(addressFile);
        await app.StopAsync(cancellationToken);
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static WebApplication Build(EmbeddedOptions options)
    {
        CancellationToken stopping = CancellationToken.None;
        // Neither the working folder's settings nor the environment's change what a command says.
        WebApplicationBuilder builder = BareBuilder.Make(() => stopping.IsCancellationRequested);
        builder.AddEmbeddedSilo(new()
        {
            StateFolder = options.StateFolder,
            Slots = options.Slots,
            Device = options.Device,
            Labels = options.Labels,
            Force = options.Force,
        });
        builder.Services.AddApi();
        options.Parts?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        stopping = app.Lifetime.ApplicationStopping;
        return app;
    }

    private static void CheckLoopback(string address)
    {
        bool isRight = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme == Uri.UriSchemeHttp
            && IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? ip) && IPAddress.IsLoopback(ip);
        Fault.Unless(isRight, FaultCode.SpecInvalid, "--address",
            $"is '{address}'; allowed: http://127.0.0.1 or http://[::1], a colon and a port, because whoever reaches it may do everything");
    }
}
