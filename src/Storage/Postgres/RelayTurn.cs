using System.Data;
using Npgsql;

namespace ViSurf.Storage;

/// <summary>The turn to relay events: of all processes on a database, one has it, as long as its connection lasts.</summary>
/// <remarks>What it reads is read on that connection. A process that stands still loses it after 15 seconds.</remarks>
internal sealed class RelayTurn(PostgresContexts contexts) : IDisposable
{
    // Not from the pool: there, a closed connection would keep the turn.
    private readonly string connectionString = new NpgsqlConnectionStringBuilder(contexts.Settings.ToString())
    {
        Pooling = false,
        Options = $"{contexts.Settings.Options} -c idle_session_timeout=15s",
    }.ToString();

    private readonly SemaphoreSlim one = new(1);
    private NpgsqlConnection? held;
    private Func<ViSurfDb>? reading;

    /// <returns>What was read; null where another process has the turn.</returns>
    public async Task<T?> ReadAsync<T>(Func<ViSurfDb, Task<T>> read, CancellationToken stop)
        where T : class
    {
        await one.WaitAsync(stop);
        bool isWhole = false;
        try
        {
            T? result = null;
            if (held is { State: not ConnectionState.Open })
            {
                await GiveBackAsync(); // a context would open it again, and the turn would be another's
            }

            if (reading is not null || await TryTakeAsync(stop))
            {
                await using ViSurfDb db = reading!();
                result = await read(db);
            }

            isWhole = true;
            return result;
        }
        finally
        {
            if (!isWhole)
            {
                await GiveBackAsync();
            }

            one.Release();
        }
    }

    public void Dispose()
    {
        held?.Dispose();
        one.Dispose();
    }

    private async Task<bool> TryTakeAsync(CancellationToken stop)
    {
        if (held is null)
        {
            held = new(connectionString);
            await held.OpenAsync(stop);
        }

        if (await PostgresLocks.TryAsync(held, PostgresLocks.Relay, stop))
        {
            reading = PostgresContexts.Over(held);
            return true;
        }

        return false;
    }

    private async Task GiveBackAsync()
    {
        reading = null;
        if (held is not null)
        {
            await held.DisposeAsync();
            held = null;
        }
    }
}
