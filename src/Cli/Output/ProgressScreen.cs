using System.Collections.Concurrent;
using Spectre.Console;

namespace ViSurf.Cli.Output;

/// <summary>Shows stages while they run: a bar a place on a terminal, else a line every few seconds. Writes to standard error.</summary>
internal sealed class ProgressScreen(TimeProvider clock)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(15);

    private readonly IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly ConcurrentDictionary<string, StageLine> lines = [];
    private readonly ConcurrentQueue<string> messages = [];

    private bool IsTerminal => console.Profile.Capabilities.Interactive && !Console.IsErrorRedirected;

    /// <summary>What a place shows from now on; null where nothing runs there.</summary>
    public void Set(string place, StageLine? line)
    {
        if (line is null)
        {
            lines.TryRemove(place, out _);
        }
        else
        {
            lines[place] = line;
        }
    }

    /// <summary>Says something once.</summary>
    public void Say(string message) => messages.Enqueue(message);

    /// <summary>Shows progress until the work is done, however it ends.</summary>
    public async Task FollowAsync(Task work)
    {
        if (IsTerminal)
        {
            await console.Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
                .StartAsync(context => BarsAsync(context, work));
        }
        else
        {
            await LinesAsync(work);
        }

        Flush();
    }

    private async Task BarsAsync(ProgressContext context, Task work)
    {
        Dictionary<string, ProgressTask> bars = [];
        using PeriodicTimer look = new(LookInterval, clock);
        while (await IsUnderWayAsync(work, look))
        {
            Flush();
            foreach (string place in lines.Keys.Union(bars.Keys).Order(StringComparer.Ordinal))
            {
                ProgressTask bar = bars.TryGetValue(place, out ProgressTask? known) ? known : bars[place] = context.AddTask("");
                StageLine? line = lines.GetValueOrDefault(place);
                bar.Description = Markup.Escape(line?.ToString() ?? $"{place} is idle");
                bar.Value = 100 * (line?.Share ?? 0);
            }
        }
    }

    private async Task LinesAsync(Task work)
    {
        long last = clock.GetTimestamp();
        using PeriodicTimer look = new(LookInterval, clock);
        while (await IsUnderWayAsync(work, look))
        {
            Flush();
            if (clock.GetElapsedTime(last) >= LineInterval)
            {
                last = clock.GetTimestamp();
                foreach ((_, StageLine line) in lines.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    await Console.Error.WriteLineAsync(line.ToString());
                }
            }
        }
    }

    private static async Task<bool> IsUnderWayAsync(Task work, PeriodicTimer look) =>
        await Task.WhenAny(work, look.WaitForNextTickAsync().AsTask()) != work;

    private void Flush()
    {
        while (messages.TryDequeue(out string? message))
        {
            if (IsTerminal)
            {
                console.WriteLine(message); // above the bars
            }
            else
            {
                Console.Error.WriteLine(message); // whole: nothing is wrapped at a width that nobody has
            }
        }
    }
}
