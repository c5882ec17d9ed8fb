using System.Text.Json.Serialization;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;
using ViSurf.Training.Planning;

namespace ViSurf.Cli.Output;

/// <summary>How long finished stages of one kind took on a server, as shares of what is estimated of them.</summary>
/// <param name="Stage">sft, rlvr or visurf.</param>
/// <param name="Shares">Measured over estimated, in ascending order.</param>
internal sealed record PastStages(string Stage, [property: JsonIgnore] IReadOnlyList<double> Shares)
{
    private const string Step = "time/step"; // seconds
    private const int SweepsMost = 10;
    private const int StagesMost = 10;

    public int Count => Shares.Count;

    public double Median => Shares[Shares.Count / 2];

    public double Least => Shares[0];

    public double Most => Shares[^1];

    /// <summary>Measures the newest finished stages of the kinds, with the same estimate as the plan's.</summary>
    /// <returns>Nothing of a kind that no finished stage has, and nothing at all where the server's slots are of another device.</returns>
    public static async Task<IReadOnlyList<PastStages>> ReadAsync(
        ViSurfClient client, HashSet<string> kinds, Atlas atlas, DeviceKind device, CancellationToken stop)
    {
        List<SlotView> slots = await client.ListSlotsAsync(stop).ToListAsync(stop);
        if (slots.Count == 0 || slots.Exists(slot => !slot.Labels.Values.Contains(device.Name)))
        {
            return [];
        }

        Dictionary<string, Dictionary<string, double>> shares = kinds.ToDictionary(kind => kind, _ => new Dictionary<string, double>());
        await foreach (SweepView sweep in client.ListSweepsAsync(stop).Take(SweepsMost).WithCancellation(stop))
        {
            SweepSpec whole = await client.GetSweepSpecAsync(sweep.Id, stop);
            Dictionary<string, ExperimentSpec> specs = Tried(() => Sweep.Expand(whole)
                .ToDictionary(cell => $"{sweep.Id}/{cell.Spec.Id}", cell => cell.Spec)) ?? [];
            await foreach (ExperimentView experiment in client.ListExperimentsAsync(sweep.Id, Phase.Succeeded, stop))
            {
                if (experiment.Stages.Any(stage => IsWanted(shares, stage)) && specs.TryGetValue(experiment.Id, out ExperimentSpec? spec)
                    && Tried(() => StageEstimate.Of(new(spec, atlas, isPreview: true), device)) is { } estimates)
                {
                    await AddAsync(client, experiment, estimates, shares, stop);
                }
            }
        }

        return [.. shares.Where(pair => pair.Value.Count > 0).Select(pair => new PastStages(pair.Key, [.. pair.Value.Values.Order()]))];
    }

    // Null where a spec cannot be estimated any more: its model or its data may be gone, or never have been here.
    private static T? Tried<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Fault fault) when (fault.Code is FaultCode.SpecInvalid or FaultCode.NotFound or FaultCode.FileDamaged)
        {
            return null;
        }
    }

    private static async Task AddAsync(ViSurfClient client, ExperimentView experiment, IReadOnlyList<StageEstimate> estimates,
        Dictionary<string, Dictionary<string, double>> shares, CancellationToken stop)
    {
        foreach ((StagePlan stage, (int i, StageEstimate estimate)) in experiment.Stages.Zip(estimates.Index()))
        {
            if (!IsWanted(shares, stage))
            {
                continue;
            }

            double[] seconds = await client.ListStepsAsync(experiment.Id, i, stop)
                .Select(step => step.Metrics.GetValueOrDefault(Step)).ToArrayAsync(stop);
            if (seconds.Length == stage.Steps)
            {
                shares[stage.Name][stage.Key] = seconds.Sum() / 3600 / estimate.Hours;
            }
        }
    }

    private static bool IsWanted(Dictionary<string, Dictionary<string, double>> shares, StagePlan stage) =>
        shares.TryGetValue(stage.Name, out Dictionary<string, double>? known) && known.Count < StagesMost && !known.ContainsKey(stage.Key);
}
