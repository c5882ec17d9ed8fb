using System.Runtime.CompilerServices;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Cli.Output;

/// <summary>What one step of training measured of one metric.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="Name">group/metric.</param>
internal sealed record MetricPoint(string Experiment, string Row, int Seed, string Stage, int Step, string Name, double Value)
{
    /// <summary>Every number that a sweep's training stages stored, by experiment, stage, step and name; a stage that several
    /// experiments share is listed with each.</summary>
    /// <exception cref="Fault">NotFound.</exception>
    public static async IAsyncEnumerable<MetricPoint> ReadAsync(
        ViSurfClient client, string sweep, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (ExperimentView experiment in client.ListExperimentsAsync(sweep, null, stop))
        {
            foreach ((int index, _) in experiment.Stages.Index().Where(pair => pair.Item.Name != StagePlanner.Evaluate))
            {
                await foreach (StepView step in client.ListStepsAsync(experiment.Id, index, stop))
                {
                    foreach ((string name, double value) in step.Metrics)
                    {
                        yield return new(experiment.Id, experiment.Row, experiment.Seed, step.Stage, step.Step, name, value);
                    }
                }
            }
        }
    }
}
