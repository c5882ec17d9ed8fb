using Microsoft.Extensions.Logging.Console;

namespace ViSurf.Api;

/// <summary>A host without anything that a working folder or an environment could change.</summary>
internal static class BareBuilder
{
    public static WebApplicationBuilder Make(Func<bool> isStopping)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning)
            // While everything stops, silo and bus complain of each other; what matters is stored, and done again at the next start.
            .AddFilter((category, level) => level >= LogLevel.Warning
                && (!isStopping() || category?.StartsWith(nameof(ViSurf), StringComparison.Ordinal) == true))
            .AddSimpleConsole(console => console.SingleLine = true)
            // Its first check takes the time since the machine started for the time since the last one.
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
            // It tells of every try to find a place for a grain while others start; who asked for the grain tells of the last.
            .AddFilter("Polly", LogLevel.Critical)
            // What keeps the host from starting is thrown to the caller as well.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            // It advises the server's garbage collector, which keeps memory that the weights need.
            .AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // Whoever starts it says when it stops.
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        return builder;
    }

    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
