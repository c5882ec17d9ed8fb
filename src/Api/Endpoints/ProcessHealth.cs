using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Silo;

namespace ViSurf.Api.Endpoints;

/// <summary>What an orchestrator of processes asks: has it started, may it be given work, is it alive.</summary>
/// <remarks>
/// Alive is asked of the process alone: a database that is away must not end processes that will go on when it is back. The answers
/// are 200 or 503, with a word.
/// </remarks>
internal static class ProcessHealth
{
    public const string Startup = "/health/startup";
    public const string Ready = "/health/ready";
    public const string Live = "/health/live";

    private static readonly TimeSpan StoreAnswersWithin = TimeSpan.FromSeconds(5);

    public static void Map(WebApplication app, ClusterSettings settings)
    {
        IHostApplicationLifetime life = app.Lifetime;
        app.MapGet(Live, () => "alive").ExcludeFromDescription();
        app.MapGet(Startup, () => Answer(life.ApplicationStarted.IsCancellationRequested ? null : "starting")).ExcludeFromDescription();
        app.MapGet(Ready, async (HttpContext context) => Answer(
            life.ApplicationStopping.IsCancellationRequested ? "stopping"
            : !life.ApplicationStarted.IsCancellationRequested ? "starting"
            : await MissingAsync(context, settings))).ExcludeFromDescription();
    }

    private static IResult Answer(string? missing) => missing is null
        ? Results.Text("ready")
        : Results.Text(missing, statusCode: StatusCodes.Status503ServiceUnavailable);

    private static async Task<string?> MissingAsync(HttpContext context, ClusterSettings settings)
    {
        IServiceProvider parts = context.RequestServices;
        if (settings.IsSilo && parts.GetRequiredService<ISiloStatusOracle>().CurrentStatus != SiloStatus.Active)
        {
            return "no member of the cluster";
        }

        if (parts.GetService<DeviceHost>() is { IsDraining: true })
        {
            return "draining";
        }

        return settings.Roles == Roles.Gpu
            ? null // slots go on without the rows until their next checkpoint
            : await StoreAsync(parts.GetRequiredService<IReadModel>(), context.RequestAborted);
    }

    private static async Task<string?> StoreAsync(IReadModel rows, CancellationToken stop)
    {
        try
        {
            await rows.SweepsAsync(null, 1, stop).AsTask().WaitAsync(StoreAnswersWithin, stop);
            return null;
        }
        catch (Exception e) when (e is TimeoutException or IOException or System.Data.Common.DbException or Fault)
        {
            return "the store does not answer";
        }
    }
}
