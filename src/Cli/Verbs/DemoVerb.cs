using System.CommandLine;
using ViSurf.Api;
using ViSurf.Cli.Demo;
using ViSurf.Cli.Output;
using ViSurf.Sdk;
using ViSurf.Training.Data;

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
        Option<bool> json = Flag.Optional<bool>("--json", "Print the report as JSON.");
        Command command = new("demo", "Trains SFT, RLVR, SFT->RLVR and ViSurf on real pictures and compares them.")
        {
            state, output, sweep, seeds, quick, fresh, json,
        };
        HostFlags host = new();
        host.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            string folder = parsed.GetValue(state)!;
            int? seedCount = parsed.GetResult(seeds) is null ? null : parsed.GetValue(seeds);
            SweepSpec spec = Spec(parsed.GetValue(sweep), parsed.GetValue(quick), seedCount);
            if (parsed.GetValue(fresh))
            {
                StateFiles.Forget(folder);
            }

            string reports = parsed.GetValue(output) ?? Path.Combine(folder, "report");
            await using EmbeddedHost server = await host.StartAsync(parsed, folder, port: 0, stop);
            using HttpClient http = new() { BaseAddress = server.Address };
            DemoEnd end = await new DemoRun(new(http), spec, reports, TimeProvider.System).RunAsync(stop);
            Print(end, parsed.GetValue(json), reports);
            return end.Failures.Count == 0 ? 0 : Errors.Failed;
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

    private static void Print(DemoEnd end, bool json, string folder)
    {
        if (end.WasStored)
        {
            Console.Error.WriteLine("nothing to train: this is the stored result (--fresh starts anew)");
        }

        foreach (string failure in end.Failures)
        {
            Console.Error.WriteLine(failure);
        }

        if (end.Report is not { } report)
        {
            return;
        }

        if (json)
        {
            Console.Out.Write(report);
        }
        else
        {
            ReportText.Print(report);
        }

        Console.Error.WriteLine($"reports: {Path.Combine(folder, "report.html")}, report.md, report.json");
    }
}
