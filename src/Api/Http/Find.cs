using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>Reads what a route names.</summary>
internal static class Find
{
    /// <exception cref="Fault">NotFound.</exception>
    public static async Task<(SweepView View, SweepSpec Spec)> SweepAsync(IReadModel reads, string id, CancellationToken stop) =>
        await reads.SweepAsync(id, stop) ?? throw Missing("sweep", id);

    /// <exception cref="Fault">NotFound.</exception>
    public static async Task<ExperimentView> ExperimentAsync(IReadModel reads, string id, CancellationToken stop) =>
        await reads.ExperimentAsync(id, stop) ?? throw Missing("experiment", id);

    /// <exception cref="Fault">NotFound.</exception>
    public static async Task<StageView> StageAsync(IReadModel reads, string key, CancellationToken stop) =>
        await reads.StageAsync(key, stop) ?? throw Missing("stage", key);

    private static Fault Missing(string kind, string id) => new(FaultCode.NotFound, id, $"is no {kind} that is stored here");
}
