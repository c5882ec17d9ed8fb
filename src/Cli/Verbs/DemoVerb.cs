using System.CommandLine;
using ViSurf.Cli.Demo;
using ViSurf.Cli.Output;
using ViSurf.Sdk;
using ViSurf.Training.Data;
using ViSurf.Training.Reports;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf demo: trains the four methods side by side and prints the table.</summary>
internal static class DemoVerb
{
    public static Command Make()
    {
        Option<string> state = Flag.Optional("--state", "Folder that holds the demo's state.", ".visurf");
        Option<string> output =
            Flag.Optional<string>("--out", "Folder for report.md, report.html and report.json; <state>/report where nothing is given.");
        Option<string> sweep = Flag.Optional<string>("--sweep", "Another sweep file to run in the demo's place.");
        Option<int> seeds =
            Flag.Optional<int>("--seeds", "How many seeds, counted from 1; those of the sweep file where nothing is given.");
        Option<bool> quick = Flag.Optional<bool>("--quick", "A few steps only, under two minutes: trains for real, learns little.");
        Option<bool> fresh = Flag.Optional<bool>("--fresh", "Forget what is stored and start anew.");
        Option<int> threads = Flag.Optional<int>("--threads", "Runs at a time; as many as cores where nothing is given.");
        Option<bool> json = Flag.Optional<bool>("--json", "Print the report as JSON.");
        Command command = new("demo", "Trains SFT, RLVR, SFT->RLVR and ViSurf on real pictures and compares them.")
        {
            state, output, sweep, seeds, quick, fresh, threads, json,
        };
        command.SetAction((parsed, stop) =>
        {
            Torch.UseOneThreadARun();
            string folder = parsed.GetValue(state)!;
            if (parsed.GetValue(fresh))
            {
                StateFiles.Forget(folder);
            }

            int? seedCount = parsed.GetResult(seeds) is null ? null : parsed.GetValue(seeds);
            SweepSpec spec = Spec(parsed.GetValue(sweep), parsed.GetValue(quick), seedCount);
            string reports = parsed.GetValue(output) ?? Path.Combine(folder, "report");
            DemoRun run = new(spec, folder, reports, Threads(parsed.GetValue(threads)), TimeProvider.System);
            (StudyReport report, bool wasStored, IReadOnlyDictionary<string, Exception> failures) = run.Run(stop);
            Print(report, wasStored, parsed.GetValue(json), reports);
            return Task.FromResult(failures.Count == 0 ? 0 : Errors.Failed);
        });
        return command;
    }

    private static SweepSpec Spec(string? file, bool quick, int? seeds)
    {
        Fault.Unless(file is null || !quick, FaultCode.SpecInvalid, "--quick", "and --sweep name two sweeps; allowed: one of them");
        Fault.Unless(seeds is null or (>= 1 and <= 100), FaultCode.SpecInvalid, "--seeds", $"is {seeds}; allowed: 1 to 100");
        SweepSpec spec = SpecText.ReadFile<SweepSpec>(Assets.Find(file ?? (quick ? "sweeps/quick.yaml" : "sweeps/paper-mini.yaml")));
        return seeds is { } count ? spec with { Seeds = [.. Enumerable.Range(1, count)] } : spec;
    }

    private static int Threads(int asked)
    {
        Fault.Unless(asked is >= 0 and <= 1024, FaultCode.SpecInvalid, "--threads",
            $"is {asked}; allowed: 1 to 1024, or 0 for as many as cores");
        return asked == 0 ? Environment.ProcessorCount : asked;
    }

    private static void Print(StudyReport report, bool wasStored, bool json, string folder)
    {
        if (wasStored)
        {
            Console.Error.WriteLine("nothing to train: this is the stored result (--fresh starts anew)");
        }

        if (json)
        {
            Console.Out.Write(JsonReport.Write(report));
        }
        else
        {
            ConsoleTable.Write(report.Main);
            foreach (string note in report.Notes)
            {
                Console.Out.WriteLine($"- {note}");
            }
        }

        Console.Error.WriteLine($"reports: {Path.Combine(folder, "report.html")}, report.md, report.json");
    }
}
