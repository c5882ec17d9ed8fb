using ViSurf.Chaos.Cluster;
using ViSurf.Sdk;
using ViSurf.Tests.Cluster;
using ViSurf.Tests.Servers.Blob;

namespace ViSurf.Tests.Servers.Roles;

/// <summary>One program is every process of a cluster.</summary>
public sealed class RoleTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder folder = new();
    private readonly Azurite azurite = new();
    private readonly int siloPort = Ports.Free();

    public void Dispose()
    {
        folder.Dispose();
        azurite.Dispose();
    }

    [Fact]
    public async Task Slots_train_in_processes_of_their_own_and_one_that_ends_hands_its_work_to_the_next()
    {
        using ClusterProcess control = await ClusterProcess.StartAsync(Settings("control,api", "control-1", siloPort));
        using ClusterProcess first = await ClusterProcess.StartAsync(Settings("gpu", "gpu-1", Ports.Free()));
        foreach (string path in new[] { "/health/startup", "/health/ready", "/health/live" })
        {
            Assert.Equal((200, 200), (await control.AskAsync(path), await first.AskAsync(path)));
        }

        Assert.Equal((200, 404), (await control.AskAsync("/v1/slots"), await first.AskAsync("/v1/slots")));
        using HttpClient http = new() { BaseAddress = control.Address };
        ViSurfClient client = new(http);
        await client.SubmitAsync(Spec(), "sweep");
        HashSet<string> slots = [];
        ClusterProcess? second = null;
        using CancellationTokenSource late = new(Patience);
        await foreach (WatchUpdate update in client.WatchAsync("sweep", 0, late.Token))
        {
            slots.UnionWith((update.Slots ?? []).Select(slot => slot.Id));
            if (second is null && update.Slots?.Any(slot => slot.Step > 0) == true)
            {
                Assert.Equal(0, await first.EndAsync());
                second = await ClusterProcess.StartAsync(Settings("gpu", "gpu-2", Ports.Free()));
            }
        }

        using (second)
        {
            List<ExperimentView> all = await client.ListExperimentsAsync("sweep", cancellationToken: late.Token).ToListAsync(late.Token);
            Assert.All(all, one => Assert.Equal((Phase.Succeeded, 0), (one.Phase, one.Failures)));
            Assert.Equal(["gpu-1|cpu:0", "gpu-2|cpu:0"], slots.Order());
            Assert.NotEmpty(azurite.Container.GetBlobs(cancellationToken: late.Token));
            StorageAuditView audit = await client.AuditStorageAsync(new() { DeleteOrphans = true, OlderThan = TimeSpan.Zero }, late.Token);
            Assert.Equal((true, azurite.Container.GetBlobs(cancellationToken: late.Token).Count()), (audit.IsClean, audit.Referred.Count));
            Assert.Equal(0, await second!.EndAsync());
        }

        Assert.Equal(0, await control.EndAsync());
    }

    [Fact]
    public async Task Every_setting_that_is_wrong_is_named_at_once_and_nothing_starts()
    {
        using ClusterProcess process = ClusterProcess.Begin(("Roles", "gpu,cook"), ("SiloPort", "0"), ("RabbitMq", "amqp:secret"));
        Assert.Equal(2, await process.ExitAsync());
        Assert.All(["ViSurf:Roles", "ViSurf:SiloPort", "ViSurf:RabbitMq"],
            name => Assert.Contains($"{name} is", process.Errors, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("secret", process.Errors, StringComparison.Ordinal);
    }

    private static SweepSpec Spec() => SpecText.Read<SweepSpec>("""
        name: in processes
        seeds: [1]
        base:
          model: { path: models/tiny-base }
          data: { benchmark: mini-mix, labels: 256 }
          sft: { prompts: 256, promptsPerStep: 8 }
          evaluate: { items: 1, devItems: 1 }
        rows: [{ method: sft }]
        """, "test");

    private (string Name, string Value)[] Settings(string roles, string node, int port) =>
    [
        ("Roles", roles),
        ("Node", node),
        ("SiloPort", $"{port}"),
        ("GatewayPort", $"{Ports.Free()}"),
        ("Http", "http://127.0.0.1:0"),
        ("Slots", "1"),
        ("Device", "cpu"),
        ("StateFolder", folder.Path),
        ("Primary", $"127.0.0.1:{siloPort}"),
        ("Blob", azurite.Settings.Connection!),
        ("BlobContainer", azurite.Settings.Container),
        ("BlobCache", folder.File("fetched")),
    ];
}
