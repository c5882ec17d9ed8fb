using System.Text.Json;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;
using ViSurf.Training.Trainer;

namespace ViSurf.Api.Reports;

/// <summary>The stored results of a sweep, read into memory; their steps where they are drawn.</summary>
internal sealed class StoredStudy : IStudySource
{
    private const int StepsOfPart = 1000;
    private readonly Dictionary<string, ExperimentResult> results = [];
    private readonly Dictionary<string, IReadOnlyList<StepRecord>> steps = [];

    private StoredStudy()
    {
    }

    /// <exception cref="Fault">FileDamaged: what is stored is no result.</exception>
    public static async Task<StoredStudy> LoadAsync(
        IReadModel reads, string id, IReadOnlyList<SweepCell> cells, CancellationToken stop)
    {
        StoredStudy study = new();
        foreach (SweepCell cell in cells)
        {
            if (await ReadAsync(reads, $"{id}/{cell.Spec.Id}", stop) is { } stored)
            {
                study.results[cell.Spec.Id] = stored;
            }
        }

        return study;
    }

    /// <summary>The experiments that a sweep compares, the base model's own first; of a search those of trials that were trained to the
    /// end.</summary>
    public static async Task<IReadOnlyList<SweepCell>> CellsAsync(IReadModel reads, string id, SweepSpec spec, CancellationToken stop) =>
        await reads.SearchAsync(id, stop) is { } search ? [.. Sweep.Expand(spec), .. search.Finished()] : Sweep.Expand(spec);

    /// <summary>The stored result of an experiment; null where it has none.</summary>
    /// <exception cref="Fault">FileDamaged: what is stored is no result.</exception>
    public static async Task<ExperimentResult?> ReadAsync(IReadModel reads, string experiment, CancellationToken stop) =>
        await reads.ResultAsync(experiment, stop) is not { } stored ? null : new()
        {
            Id = stored.Spec.Id,
            Spec = stored.Spec,
            Stages = stored.Stages,
            Measurements = MeasurementBytes.Read(stored.Measurements, experiment),
        };

    /// <summary>Reads the steps of each result's last training stage, where that has not been done.</summary>
    public async Task ReadStepsAsync(IReadModel reads, CancellationToken stop)
    {
        foreach (string key in results.Values.Select(result => result.Stages).Where(stages => stages.Count > 0)
            .Select(stages => stages[^1].Key).Except(steps.Keys).ToArray())
        {
            steps[key] = await StepsAsync(reads, key, stop);
        }
    }

    public ExperimentResult? Result(SweepCell cell) => results.GetValueOrDefault(cell.Spec.Id);

    public IEnumerable<StepRecord> Steps(string stageKey) => steps[stageKey];

    private static async Task<IReadOnlyList<StepRecord>> StepsAsync(IReadModel reads, string stageKey, CancellationToken stop)
    {
        List<StepRecord> all = [];
        IReadOnlyList<StepRow> part;
        do
        {
            part = await reads.StepsAsync(stageKey, all.Count == 0 ? 0 : all[^1].Step, StepsOfPart, stop);
            all.AddRange(part.Select(row => JsonSerializer.Deserialize<StepRecord>(row.Json, SpecJson.Options)!));
        }
        while (part.Count == StepsOfPart);
        return all;
    }
}
