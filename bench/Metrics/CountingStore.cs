using ViSurf.Grains;

namespace ViSurf.Bench.Metrics;

/// <summary>Counts the steps that the store has acknowledged.</summary>
internal sealed class CountingStore(IExperimentStore store) : IExperimentStore
{
    private long steps;

    public long Steps => Interlocked.Read(ref steps);

    public ValueTask<Stored<ExperimentState>?> ReadAsync(string id, CancellationToken stop) => store.ReadAsync(id, stop);

    public ValueTask<StageRow?> ReadStageAsync(string key, CancellationToken stop) => store.ReadStageAsync(key, stop);

    public ValueTask<WriteOutcome> WriteAsync(ExperimentWrite write, CancellationToken stop) => store.WriteAsync(write, stop);

    public async ValueTask<WriteOutcome> WriteStepsAsync(
        string id, long fence, string stageKey, StepRows rows, CancellationToken stop)
    {
        WriteOutcome outcome = await store.WriteStepsAsync(id, fence, stageKey, rows, stop);
        Interlocked.Add(ref steps, outcome == WriteOutcome.Written ? rows.Rows.Count : 0);
        return outcome;
    }

    public ValueTask<IReadOnlyList<string>> WaitingForAsync(string stageKey, CancellationToken stop) =>
        store.WaitingForAsync(stageKey, stop);
}
