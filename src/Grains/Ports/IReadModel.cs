using ViSurf.Sdk;
using ViSurf.Training.Trainer;

namespace ViSurf.Grains;

/// <summary>What people ask of the stored rows. Reads only: a login without the right to write is enough.</summary>
/// <remarks>Lists are ordered; a part begins after the item named, and holds at most as many as asked for.</remarks>
public interface IReadModel
{
    /// <summary>Newest first.</summary>
    ValueTask<IReadOnlyList<SweepView>> SweepsAsync(string? after, int max, CancellationToken stop = default);

    ValueTask<(SweepView View, SweepSpec Spec)?> SweepAsync(string id, CancellationToken stop = default);

    /// <summary>What a search has tried; null where there is no such sweep, or it is none.</summary>
    ValueTask<StoredSearch?> SearchAsync(string sweep, CancellationToken stop = default);

    /// <summary>In the order of their sweep.</summary>
    ValueTask<IReadOnlyList<ExperimentView>> ExperimentsAsync(
        string? sweep, Phase? phase, string? after, int max, CancellationToken stop = default);

    ValueTask<ExperimentView?> ExperimentAsync(string id, CancellationToken stop = default);

    /// <summary>By key; of all sweeps, or those that a sweep's experiments need.</summary>
    ValueTask<IReadOnlyList<StageView>> StagesAsync(string? sweep, string? after, int max, CancellationToken stop = default);

    ValueTask<StageView?> StageAsync(string key, CancellationToken stop = default);

    /// <summary>Which of these stages are done.</summary>
    ValueTask<IReadOnlyList<string>> DoneAsync(IReadOnlyList<string> stageKeys, CancellationToken stop = default);

    ValueTask<IReadOnlyList<StepRow>> StepsAsync(string stageKey, int afterStep, int max, CancellationToken stop = default);

    /// <summary>The results of a sweep, in the order of its experiments.</summary>
    ValueTask<IReadOnlyList<ResultView>> ResultsAsync(string sweep, CancellationToken stop = default);

    /// <summary>Everything that a report needs of one experiment; null where it has no result.</summary>
    ValueTask<StoredResult?> ResultAsync(string experimentId, CancellationToken stop = default);
}

/// <summary>An experiment's result as it is stored.</summary>
/// <param name="Stages">What its training stages came to, shared ones included.</param>
/// <param name="Measurements">See <see cref="MeasurementBytes"/>.</param>
public sealed record StoredResult(ExperimentSpec Spec, IReadOnlyList<StageResult> Stages, byte[] Measurements);
