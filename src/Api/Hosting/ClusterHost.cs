using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using ViSurf.Api.Endpoints;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Silo;
using ViSurf.Training.Trainer;

namespace ViSurf.Api;

/// <summary>One process of a cluster: a silo with slots, one that keeps the queue, the API, or several of these.</summary>
public sealed class ClusterHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private bool isStopped;

    private ClusterHost(WebApplication app)
    {
        this.app = app;
        Address = new(app.Urls.Single());
    }

    /// <summary>Where the API listens, or the questions for the process's health.</summary>
    public Uri Address { get; }

    /// <summary>Ends when the host is about to stop, asked or because a part of it failed.</summary>
    public CancellationToken Stopping => app.Lifetime.ApplicationStopping;

    /// <summary>Starts what the settings' roles say.</summary>
    /// <param name="settings">As <see cref="ClusterSettings.Read"/> checked them.</param>
    /// <param name="parts">Adds or exchanges parts, once all others are added.</param>
    /// <param name="cancellationToken">Ends the wait for others.</param>
    /// <returns>Once the process is a member of the cluster, or its client, and requests are answered.</returns>
    /// <exception cref="Fault">SpecInvalid or Unavailable: a setting. Conflict: a port or the folder is in use.</exception>
    public static async Task<ClusterHost> StartAsync(
        ClusterSettings settings, Action<IServiceCollection>? parts = null, CancellationToken cancellationToken = default)
    {
        if (settings.IsSilo)
        {
            TorchThreads.UseOneARun();
        }

        WebApplication app = Build(settings, parts);
        bool isStarted = false;
        try
        {
            if (settings.Roles.HasFlag(Roles.Control))
            {
                app.Services.GetRequiredService<IReadModel>(); // opens the store before anything runs
            }

            await app.StartAsync(cancellationToken);
            isStarted = true;
            return new(app);
        }
        catch (Exception e) when (e is IOException { InnerException: AddressInUseException } or SocketException or OrleansException)
        {
            throw new Fault(FaultCode.Unavailable, settings.Node, $"cannot join '{settings.Cluster}': {e.Message}", e);
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
        await app.StopAsync(cancellationToken);
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static WebApplication Build(ClusterSettings settings, Action<IServiceCollection>? parts)
    {
        CancellationToken stopping = CancellationToken.None;
        WebApplicationBuilder builder = BareBuilder.Make(() => stopping.IsCancellationRequested);
        builder.AddClusterParts(settings);
        bool isApi = settings.Roles.HasFlag(Roles.Api);
        if (isApi)
        {
            builder.Services.AddApi();
        }
        else
        {
            builder.Services.AddRouting();
        }

        parts?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        stopping = app.Lifetime.ApplicationStopping;
        if (isApi)
        {
            app.MapApi();
        }

        ProcessHealth.Map(app, settings);
        app.Urls.Add(settings.Http);
        return app;
    }
}
