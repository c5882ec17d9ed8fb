using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ViSurf.Api;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Api;

[CollectionDefinition(Name)]
public sealed class ServerCollection : ICollectionFixture<Server>
{
    public const string Name = "server";
}

/// <summary>A whole server in this process: real but for the trainer.</summary>
public sealed class Server : IAsyncLifetime
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly TemporaryFolder folder = new();
    private EmbeddedHost? host;
    private int sweeps;

    public HttpClient Http { get; } = new();

    public ViSurfClient Client { get; private set; } = null!;

    internal EmbeddedHost Host => host!;

    public async ValueTask InitializeAsync()
    {
        host = await EmbeddedHost.StartAsync(Options(folder.Path));
        Http.BaseAddress = host.Address;
        Client = new(Http);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await host!.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>An id that no other test uses.</summary>
    public string NewId() => $"s-{Interlocked.Increment(ref sweeps)}";

    /// <summary>A sweep of two rows and one seed that takes a moment.</summary>
    public static SweepSpec Spec(string name, params int[] seeds) => SpecText.Read<SweepSpec>($$"""
        name: {{name}}
        seeds: [{{string.Join(", ", seeds.Length == 0 ? [1] : seeds)}}]
        base:
          model: { path: models/tiny-base }
          data: { benchmark: mini-mix, labels: 32 }
          sft: { prompts: 32, promptsPerStep: 8 }
          rl: { prompts: 32, promptsPerStep: 8 }
          evaluate: { items: 1, devItems: 1 }
        rows: [{ method: sft }, { method: visurf }]
        """, "test");

    internal static EmbeddedOptions Options(string folder) => new()
    {
        StateFolder = folder,
        Slots = 1,
        Parts = services => services.AddSingleton<ITrainer, QuickTrainer>(),
    };

    /// <summary>Submits a sweep and waits for its end.</summary>
    public async Task<SweepView> RunAsync(SweepSpec spec, string id)
    {
        await Client.SubmitAsync(spec, id);
        await EventsAsync(Client, id);
        return await Client.GetSweepAsync(id);
    }

    /// <summary>Watches a sweep to its end.</summary>
    public static async Task<List<EventView>> EventsAsync(ViSurfClient client, string id, long after = 0)
    {
        using CancellationTokenSource late = new(Patience);
        List<EventView> events = [];
        await foreach (WatchUpdate update in client.WatchAsync(id, after, late.Token))
        {
            if (update.Event is { } happened)
            {
                events.Add(happened);
            }
        }

        return events;
    }

    /// <summary>Sends a body as it stands.</summary>
    public async Task<(int Status, JsonNode Body)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
