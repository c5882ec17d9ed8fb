using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>Keeps what a process would show in its log: warnings and worse.</summary>
internal sealed class Warnings : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> lines = [];

    public IReadOnlyList<string> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            lines.Enqueue(formatter(state, exception));
        }
    }

    public void Dispose()
    {
        // holds nothing
    }
}
