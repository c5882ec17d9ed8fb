using System.Text.Json;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;
using ViSurf.Training.Trainer;

namespace ViSurf.Api.Reports;

/// <summary>The stored results of a sweep, read into memory.</summary>
internal sealed class StoredStudy : IStudySource
{
    private const int StepsOfPart = 1000;
    private readonly Dictionary<string, ExperimentResult> results = [];
    private readonly Dictionary<string, IReadOnlyList<StepRecord>> steps = [];

    private StoredStudy()
    {
    }

    /// <exception cref="Fault">FileDamaged: what is stored is no result.</exception>
    public static async Task<StoredStudy> LoadAsync(IReadModel reads, string id, SweepSpec spec, CancellationToken stop)
    {
        StoredStudy study = new();
        foreach (SweepCell cell in Sweep.Expand(spec))
        {
            string experiment = $"{id}/{cell.Spec.Id}";
            if (await reads.ResultAsync(experiment, stop) is not { } stored)
            {
                continue;
            }

            study.results[cell.Spec.Id] = new()
            {
                Id = cell.Spec.Id,
                Spec = stored.Spec,
                Stages = stored.Stages,
                Measurements = MeasurementBytes.Read(stored.Measurements, experiment),
            };
            if (cell.Seed == spec.Seeds[0] && stored.Stages is [.., StageResult last])
            {
                study.steps[last.Key] = await StepsAsync(reads, last.Key, stop);
            }
        }

        return study;
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
