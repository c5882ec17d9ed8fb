using System.Text.Json;
using ViSurf.Sdk;

namespace ViSurf.Bench.Scheduling;

/// <param name="PerSecond">The median of the rounds.</param>
internal sealed record Rate(double PerSecond, IReadOnlyList<double> Rounds)
{
    public static Rate Of(IReadOnlyList<double> rounds) => new(rounds.Order().ElementAt(rounds.Count / 2), rounds);
}

/// <param name="Durability">What the server says of its promise to keep what it has acknowledged.</param>
internal sealed record OnPostgres(string Durability, IReadOnlyDictionary<int, Rate> Rates, Milliseconds Start);

/// <summary>What was measured: experiments a second by how many were submitted; latencies; seconds.</summary>
/// <param name="Start">On an idle cluster, from the call to the first line on the slot's thread.</param>
/// <param name="Postgres">Null where no Postgres was there.</param>
/// <param name="Hangfire">Null where no Postgres was there.</param>
/// <param name="Others">The same nothing through other schedulers on this machine, where they are installed.</param>
internal sealed record SchedulerReport(
    int Slots,
    IReadOnlyDictionary<int, Rate> Rates,
    Milliseconds Start,
    int RebuiltRows,
    double RebuildSeconds,
    CallsBench.Calls Calls,
    OnPostgres? Postgres,
    HangfireBench.Peer? Hangfire,
    IReadOnlyList<OtherRate> Others) : IReport
{
    public string Json() => JsonSerializer.Serialize(this, SpecJson.Options);

    public string Text() => string.Join('\n',
    [
        .. Lines("SQLite", Rates),
        $"idle submit -> thread started: {Start}",
        $"scheduler rebuilt from {RebuiltRows} rows: {RebuildSeconds:0.00} s",
        $"grain calls, idle: {Calls.Idle}",
        $"grain calls beside {Calls.Training} trainings: {Calls.Beside}",
        .. Postgres is null ? [] : Lines($"Postgres ({Postgres.Durability})", Postgres.Rates),
        .. Postgres is null ? (string[])[] : [$"Postgres, idle submit -> thread started: {Postgres.Start}"],
        Hangfire is null
            ? "Postgres, Hangfire: left out, VISURF_POSTGRES names no server"
            : $"Hangfire on Postgres: {Hangfire.PerSecond:0} jobs/s of {Hangfire.Jobs}; enqueue -> run: {Hangfire.Start}",
        .. Others.Select(other => other.PerSecond is { } rate
            ? $"{other.Name}: {rate:0} jobs/s of {other.Jobs}"
            : $"{other.Name}: left out, {other.LeftOut}"),
    ]);

    private static IEnumerable<string> Lines(string where, IReadOnlyDictionary<int, Rate> rates) => rates.Select(rate =>
        $"{where}, {rate.Key} experiments: {rate.Value.PerSecond:0}/s "
            + $"(rounds {string.Join(", ", rate.Value.Rounds.Select(one => $"{one:0}"))})");
}
