using System.CommandLine;
using System.Globalization;
using System.Runtime.Versioning;
using ViSurf.Chaos.Run;

[assembly: SupportedOSPlatform("linux")]

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

Option<double> minutes = new("--minutes") { Description = "how long mishaps happen", DefaultValueFactory = _ => 2 };
Option<int> seed = new("--seed") { Description = "what the mishaps and their order are drawn from", DefaultValueFactory = _ => 1 };
Option<int> recovery = new("--recovery")
{
    Description = "instead: how long work stands still after single mishaps, in so many rounds",
};
Option<bool> json = new("--json") { Description = "the report as JSON" };
RootCommand command = new("Disturbs a cluster at work and checks that nothing was lost and nothing done twice.")
{
    minutes,
    seed,
    recovery,
    json,
};
command.SetAction(async (given, stop) =>
{
    if (given.GetValue(minutes) is not > 0)
    {
        await Console.Error.WriteLineAsync($"--minutes: is {given.GetValue(minutes)}; allowed: above 0");
        return 2;
    }

    string folder = Directory.CreateTempSubdirectory("visurf-chaos-").FullName;
    DateTimeOffset begin = TimeProvider.System.GetUtcNow();
    void Say(string text) => Console.Error.WriteLine($"{(TimeProvider.System.GetUtcNow() - begin).TotalSeconds,6:0.0} s  {text}");
    if (given.GetValue(recovery) is > 0 and int rounds)
    {
        foreach ((string what, List<double> times) in await new RecoveryRun(rounds, Say).RunAsync(folder, stop))
        {
            Console.WriteLine($"{what}: {string.Join(", ", times.Order().Select(time => $"{time:0.0}"))} s");
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    ChaosReport report = await new ChaosRun(new(TimeSpan.FromMinutes(given.GetValue(minutes)), given.GetValue(seed)), Say)
        .RunAsync(folder, stop);
    Console.WriteLine(given.GetValue(json) ? report.Json() : report.Text());
    if (report.IsSound)
    {
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    await Console.Error.WriteLineAsync($"what the servers have lies in {folder}");
    return 1;
});
return await command.Parse(args).InvokeAsync();
