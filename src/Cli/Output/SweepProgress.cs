using System.Collections.Concurrent;
using Spectre.Console;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Cli.Output;

/// <summary>Shows jobs while they run: bars on a terminal, else a line every few seconds. Writes to standard error.</summary>
internal sealed class SweepProgress(TimeProvider clock) : ISweepObserver
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(15);

    private readonly IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly ConcurrentDictionary<string, JobState> jobs = [];
    private readonly ConcurrentQueue<string> messages = [];

    public void Started(Job job) => jobs[job.Id] = new(job.Name, clock.GetTimestamp());

    public void Stepped(Job job, StepRecord record, int steps) => jobs[job.Id].Took(record, steps);

    public void Ended(Job job, Exception? failure)
    {
        if (failure is null)
        {
            jobs[job.Id].End();
            messages.Enqueue($"{job.Name}: done");
        }
        else if (failure is not OperationCanceledException)
        {
            messages.Enqueue($"{job.Name}: failed: {failure.Message}");
        }
    }

    public void Warned(Fault fault) => messages.Enqueue($"warning: {fault.Message}; the one before is used");

    /// <summary>Shows progress until the work is done.</summary>
    public void Follow(Task work)
    {
        if (console.Profile.Capabilities.Interactive && !Console.IsErrorRedirected)
        {
            Bars(work);
        }
        else
        {
            Lines(work);
        }

        Say();
    }

    private void Bars(Task work) => console.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
        .Start(context =>
        {
            Dictionary<string, ProgressTask> bars = [];
            while (!Wait(work, BarInterval))
            {
                Say();
                foreach ((string id, JobState state) in jobs.Where(pair => !pair.Value.IsEnded || bars.ContainsKey(pair.Key)))
                {
                    ProgressTask bar = bars.TryGetValue(id, out ProgressTask? known) ? known : bars[id] = context.AddTask("");
                    bar.Description = Markup.Escape(state.Describe(clock));
                    bar.Value = 100 * state.Share;
                }
            }
        });

    private void Lines(Task work)
    {
        while (!Wait(work, LineInterval))
        {
            Say();
            foreach (JobState state in jobs.Values.Where(state => !state.IsEnded))
            {
                Console.Error.WriteLine(state.Describe(clock));
            }
        }
    }

    private void Say()
    {
        while (messages.TryDequeue(out string? message))
        {
            console.WriteLine(message);
        }
    }

    private static bool Wait(Task work, TimeSpan interval) => ((IAsyncResult)work).AsyncWaitHandle.WaitOne(interval);

    private sealed class JobState(string name, long started)
    {
        private (StepRecord Record, int Steps, int FirstStep)? last;

        public bool IsEnded { get; private set; }

        public double Share => IsEnded ? 1 : last is { } one ? (double)one.Record.Step / one.Steps : 0;

        public void Took(StepRecord record, int steps) => last = (record, steps, last?.FirstStep ?? record.Step);

        public void End() => IsEnded = true;

        public string Describe(TimeProvider clock)
        {
            if (last is not { } one || IsEnded)
            {
                return name;
            }

            // A resumed run did its earlier steps at another time.
            int doneHere = one.Record.Step - one.FirstStep + 1;
            TimeSpan left = clock.GetElapsedTime(started) / doneHere * (one.Steps - one.Record.Step);
            string reward = one.Record.Metrics.TryGetValue("reward/mean", out double mean)
                ? $"reward {mean:0.00}"
                : $"loss {one.Record.Metrics["train/loss"]:0.00}";
            double speed = one.Record.Metrics["time/tokensPerSecond"] / 1000;
            return $"{name,-14} step {one.Record.Step}/{one.Steps}  {reward}  {speed:0.0}k tokens/s  {left:mm\\:ss} left";
        }
    }
}
