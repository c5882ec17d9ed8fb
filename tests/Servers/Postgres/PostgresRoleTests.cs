using ViSurf.Chaos.Cluster;
using ViSurf.Sdk;

namespace ViSurf.Tests.Servers.Postgres;

/// <summary>Processes of a cluster on one database.</summary>
public class PostgresRoleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Control_can_be_killed_while_another_is_there_and_the_database_must_be_migrated_first()
    {
        string database = PostgresServer.OfAll.Create("roles", isMigrated: false);
        using (ClusterProcess early = ClusterProcess.Begin(Settings("control", "early", database)))
        {
            Assert.Equal(2, await early.ExitAsync());
            Assert.Contains("/roles: lacks the migration", early.Errors, StringComparison.Ordinal);
        }

        using (ClusterProcess migrate = ClusterProcess.Begin(Settings("migrate", "migrate", database)))
        {
            Assert.Equal(0, await migrate.ExitAsync());
        }

        using ClusterProcess api = ClusterProcess.Begin(Settings("api", "api", database));
        using ClusterProcess first = await ClusterProcess.StartAsync(Settings("control", "control-1", database));
        using ClusterProcess second = await ClusterProcess.StartAsync(Settings("control", "control-2", database));
        await api.ReadyAsync();
        using HttpClient http = new() { BaseAddress = api.Address };
        ViSurfClient client = new(http);
        await UntilHandedOverAsync(client, "one");
        await first.KillAsync();
        await UntilHandedOverAsync(client, "two");
        Assert.Equal(["one", "two"], (await client.ListExperimentsAsync().ToListAsync()).Select(one => one.Sweep).Distinct().Order());
    }

    // Grains of the killed process are away until the others have counted it out. Submitting again changes nothing.
    private static async Task UntilHandedOverAsync(ViSurfClient client, string sweep)
    {
        using CancellationTokenSource late = new(Patience);
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(200));
        while (await pace.WaitForNextTickAsync(late.Token))
        {
            try
            {
                await client.SubmitAsync(Spec(sweep), sweep, late.Token);
                if (await client.ListExperimentsAsync(sweep, cancellationToken: late.Token).AnyAsync(late.Token))
                {
                    return;
                }
            }
            catch (Fault fault) when (fault.Code == FaultCode.Unavailable)
            {
                continue;
            }
        }
    }

    private static SweepSpec Spec(string name) => SpecText.Read<SweepSpec>($$"""
        name: {{name}}
        seeds: [1]
        base:
          model: { path: models/tiny-base }
          data: { benchmark: mini-mix, labels: 256 }
          sft: { prompts: 256, promptsPerStep: 8 }
          evaluate: { items: 1, devItems: 1 }
        rows: [{ method: sft }]
        """, "test");

    private static (string Name, string Value)[] Settings(string roles, string node, string database) =>
    [
        ("Roles", roles),
        ("Node", node),
        ("SiloPort", $"{Ports.Free()}"),
        ("GatewayPort", $"{Ports.Free()}"),
        ("Http", "http://127.0.0.1:0"),
        ("Postgres", database),
    ];
}
