#:project ../src/Sdk/Sdk.csproj

// A small ablation, from C#: submits it to a server that runs (visurf up), follows it and prints its report.
//   dotnet run examples/ablation.cs [URL]

using System.Text.Json.Nodes;
using ViSurf.Sdk;

string address = args.Length > 0 ? args[0] : Environment.GetEnvironmentVariable("VISURF_SERVER") ?? "http://127.0.0.1:5180";
using HttpClient http = new() { BaseAddress = new Uri(address) };
ViSurfClient client = new(http);

// A few steps: it trains for real and learns little. sweeps/ablation-reward-control.yaml is the long one.
SweepSpec sweep = new SweepBuilder("small-ablation")
    .Base(JsonNode.Parse("""
        {
          "model": { "path": "models/tiny-base" },
          "data": { "labels": 64 },
          "rl": { "prompts": 32, "learningRate": 4e-4, "evaluateEvery": 0 },
          "evaluate": { "items": 4, "devItems": 2 }
        }
        """)!)
    .Methods("visurf").Benchmarks("mini-mix").Seeds(1)
    .Variant("full")
    .Variant("noAlign", ("method.align", false))
    .Variant("noSmooth", ("method.smooth", false))
    .Build();

SubmitView submitted = await client.SubmitAsync(sweep, key: "small-ablation");
Console.Error.WriteLine($"{submitted.Outcome}: {submitted.Sweep.Id}");
await foreach (WatchUpdate update in client.WatchAsync(submitted.Sweep.Id))
{
    if (update.Event is { } happened)
    {
        Console.Error.WriteLine($"{happened.At:HH:mm:ss} {happened.Kind} {happened.Experiment}");
    }
}

Console.WriteLine(await client.GetReportAsync(submitted.Sweep.Id, ReportFormat.Md));
return (await client.GetSweepAsync(submitted.Sweep.Id)).Phase == SweepPhase.Succeeded ? 0 : 1;
