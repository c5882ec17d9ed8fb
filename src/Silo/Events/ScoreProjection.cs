using MassTransit;
using Microsoft.Extensions.Logging;
using ViSurf.Grains;
using ViSurf.Training;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;

namespace ViSurf.Silo.Events;

/// <summary>Stores an experiment's scores with its result, and closes the event in the same transaction.</summary>
/// <remarks>Measurements that cannot be read today cannot be read tomorrow: their event is closed, and an error in the log
/// names them.</remarks>
internal sealed class ScoreProjection(IOutbox outbox, ILogger<ScoreProjection> log) : IConsumer<ExperimentCompleted>
{
    public async Task Consume(ConsumeContext<ExperimentCompleted> context)
    {
        ExperimentCompleted message = context.Message;
        (long Fence, byte[] Measurements)? stored = await outbox.ReadMeasurementsAsync(message.Experiment, context.CancellationToken);
        if (stored is { } result && ScoresOf(message.Experiment, result.Measurements) is { } scores)
        {
            await outbox.CloseWithScoresAsync(message.EventId, message.Experiment, result.Fence, scores, context.CancellationToken);
        }
        else
        {
            await outbox.CloseAsync([message.EventId], context.CancellationToken);
        }
    }

    /// <summary>The metrics of the task that was trained.</summary>
    internal static Dictionary<string, double> Scores(IReadOnlyList<Measurement> measurements)
    {
        if (measurements.FirstOrDefault(measurement => measurement.Role == MeasurementRole.Task) is not { } task)
        {
            return [];
        }

        Benchmark benchmark = Catalogs.Benchmarks.Make(task.Benchmark, "data.benchmark");
        Dictionary<string, double> scores = benchmark.Metrics.Select(metric => (metric.Name, Value: metric.Of(task.Items)))
            .Where(score => !double.IsNaN(score.Value)) // a cell without items has no score
            .ToDictionary();
        scores["thinkRate"] = task.Items.Average(item => item.HasThought ? 1.0 : 0);
        scores["parseFailureRate"] = task.Items.Average(item => item.IsParsed ? 0.0 : 1);
        return scores;
    }

    private Dictionary<string, double>? ScoresOf(string experiment, byte[] measurements)
    {
        try
        {
            return Scores(MeasurementBytes.Read(measurements, experiment));
        }
        catch (Sdk.Fault e)
        {
            ScoreLog.Unreadable(log, experiment, e.Message);
            return null;
        }
    }
}

internal static partial class ScoreLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "experiment {Experiment} has a result that cannot be scored: {Reason}")]
    public static partial void Unreadable(ILogger log, string experiment, string reason);
}
