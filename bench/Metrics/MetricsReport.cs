using System.Text.Json;
using ViSurf.Bench.Scheduling;
using ViSurf.Sdk;

namespace ViSurf.Bench.Metrics;

/// <summary>One load.</summary>
/// <param name="Offered">Points a second that experiments said.</param>
/// <param name="Stored">Points a second that the store acknowledged.</param>
/// <param name="Commit">Ordinary writes of experiments beside it, from call to answer.</param>
internal sealed record Load(int Offered, double Stored, Milliseconds Commit);

/// <summary>What was measured.</summary>
/// <param name="NamesOfStep">Points in one step: one for each name.</param>
/// <param name="Durability">What PostgreSQL says of its promise to keep what it has acknowledged; null where none was there.</param>
/// <param name="Postgres">Null where none was there.</param>
internal sealed record MetricsReport(
    int Experiments, int NamesOfStep, IReadOnlyList<Load> Sqlite, string? Durability, IReadOnlyList<Load>? Postgres) : IReport
{
    public string Json() => JsonSerializer.Serialize(this, SpecJson.Options);

    public string Text() => string.Join('\n',
    [
        $"{Experiments} experiments run; a step has {NamesOfStep} points",
        .. Lines("SQLite", Sqlite),
        .. Postgres is null ? ["PostgreSQL: left out, VISURF_POSTGRES names no server"] : Lines($"PostgreSQL ({Durability})", Postgres),
    ]);

    private static IEnumerable<string> Lines(string where, IReadOnlyList<Load> loads) =>
    [
        .. loads.Select(load => $"{where}, {load.Offered} points/s offered: {load.Stored:0} stored; commit beside it: {load.Commit}"),
        loads[^1].Stored < 0.9 * loads[^1].Offered
            ? $"{where} saturates at {loads.Max(load => load.Stored):0} points/s"
            : $"{where} keeps up with all of it",
    ];
}
