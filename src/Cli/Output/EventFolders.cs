using System.Text.RegularExpressions;
using ViSurf.Training.Reports;

namespace ViSurf.Cli.Output;

/// <summary>Metrics for TensorBoard: a folder for each experiment with one for each of its stages, which it calls a run.</summary>
internal static partial class EventFolders
{
    private const string File = "events.out.tfevents.0.visurf"; // read where the name holds tfevents
    private const string Seconds = "time/step";

    /// <summary>Writes a stage's file when all of its points were read; files of before give way.</summary>
    /// <param name="points">By experiment, stage and step.</param>
    /// <returns>How many points there were.</returns>
    public static async Task<long> WriteAsync(string folder, IAsyncEnumerable<MetricPoint> points, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        long count = 0;
        Run? run = null;
        try
        {
            List<MetricPoint> step = [];
            await foreach (MetricPoint one in points.WithCancellation(stop))
            {
                if (step.Count > 0 && (step[0].Experiment, step[0].Stage, step[0].Step) != (one.Experiment, one.Stage, one.Step))
                {
                    run = Write(folder, taken, run, step);
                    step.Clear();
                }

                step.Add(one);
                count++;
            }

            run = step.Count > 0 ? Write(folder, taken, run, step) : run;
            run?.Finish();
            return count;
        }
        finally
        {
            run?.Dispose();
        }
    }

    private static Run Write(string folder, HashSet<string> taken, Run? run, List<MetricPoint> step)
    {
        (string Experiment, string Stage) of = (step[0].Experiment, step[0].Stage);
        if (run is null || run.Of != of)
        {
            run?.Finish();
            string name = $"{Plain(step[0].Row)}-s{step[0].Seed}";
            // Of two rows that look alike in letters a file system takes, the second has its id.
            bool isSame = run?.Of.Experiment == of.Experiment;
            name = isSame ? run!.Name : taken.Add(name) ? name : $"{name}-{Plain(of.Experiment.Split('/')[^1])}";
            run = new(Path.Combine(folder, name, Plain(of.Stage)), name, of);
        }

        run.Write(step);
        return run;
    }

    private static string Plain(string text) => Unsafe().Replace(text, "-").Trim('.');

    [GeneratedRegex("[^A-Za-z0-9._=+-]+")]
    private static partial Regex Unsafe();

    /// <summary>The file of one stage of one experiment.</summary>
    private sealed class Run : IDisposable
    {
        private readonly string path;
        private readonly FileStream draft;
        private readonly EventFile events;
        private double seconds;

        public Run(string folder, string name, (string Experiment, string Stage) of)
        {
            (Name, Of) = (name, of);
            Directory.CreateDirectory(folder);
            path = Path.Combine(folder, File);
            draft = System.IO.File.Create(Path.Combine(folder, "part"));
            events = new(draft, 0);
        }

        public string Name { get; }

        public (string Experiment, string Stage) Of { get; }

        // When a step was done is not stored; how long it took is.
        public void Write(List<MetricPoint> step)
        {
            seconds += step.FirstOrDefault(one => one.Name == Seconds)?.Value ?? 0;
            events.Write(step[0].Step, seconds, step.Select(one => KeyValuePair.Create(one.Name, one.Value)));
        }

        public void Finish()
        {
            draft.Dispose();
            System.IO.File.Move(draft.Name, path, overwrite: true);
        }

        public void Dispose()
        {
            draft.Dispose();
            System.IO.File.Delete(draft.Name); // what was not finished
        }
    }
}
