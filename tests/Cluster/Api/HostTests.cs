using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ViSurf.Api;
using ViSurf.Grains;
using ViSurf.Sdk;
using UsageTelemetryOptions = MassTransit.UsageTelemetryOptions;

namespace ViSurf.Tests.Cluster.Api;

[Collection(ServerCollection.Name)]
public class HostTests(Server server)
{
    [Fact]
    public async Task The_folder_names_the_address_while_the_server_runs()
    {
        using TemporaryFolder folder = new();
        await using (EmbeddedHost host = await EmbeddedHost.StartAsync(Server.Options(folder.Path)))
        {
            Assert.Equal($"{host.Address}\n", await File.ReadAllTextAsync(EmbeddedHost.AddressFile(folder.Path)));
            Fault fault = await Assert.ThrowsAsync<Fault>(() => EmbeddedHost.StartAsync(Server.Options(folder.Path)));
            Assert.Equal(FaultCode.Conflict, fault.Code);
        }

        Assert.False(File.Exists(EmbeddedHost.AddressFile(folder.Path)));
    }

    [Fact]
    public async Task What_was_stored_is_there_after_a_restart_and_goes_on()
    {
        using TemporaryFolder folder = new();
        SweepSpec spec = Server.Spec(QuickTrainer.Held);
        await using (EmbeddedHost host = await EmbeddedHost.StartAsync(Server.Options(folder.Path)))
        {
            using HttpClient http = new() { BaseAddress = host.Address };
            await new ViSurfClient(http).SubmitAsync(spec, "kept");
        }

        await using EmbeddedHost again = await EmbeddedHost.StartAsync(Server.Options(folder.Path));
        using HttpClient later = new() { BaseAddress = again.Address };
        ViSurfClient client = new(later);
        Assert.Equal(SweepPhase.Running, (await client.GetSweepAsync("kept")).Phase);
        await client.CancelSweepAsync("kept", "enough");
        await Server.EventsAsync(client, "kept");

        Assert.Equal(SweepPhase.Cancelled, (await client.GetSweepAsync("kept")).Phase);
    }

    [Fact]
    public async Task A_process_whose_device_is_lost_gives_the_work_back_and_stops_and_the_next_one_does_it()
    {
        using TemporaryFolder folder = new();
        EmbeddedOptions lost = Server.Options(folder.Path) with { Parts = services => services.AddSingleton<ITrainer, LostDevice>() };
        await using (EmbeddedHost host = await EmbeddedHost.StartAsync(lost))
        {
            using HttpClient http = new() { BaseAddress = host.Address };
            await new ViSurfClient(http).SubmitAsync(Server.Spec("lost"), "lost");
            TaskCompletionSource stops = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration stopping = host.Stopping.Register(() => stops.TrySetResult());
            await stops.Task.WaitAsync(Server.Patience);
        }

        await using EmbeddedHost next = await EmbeddedHost.StartAsync(Server.Options(folder.Path));
        using HttpClient later = new() { BaseAddress = next.Address };
        ViSurfClient client = new(later);
        List<EventView> events = await Server.EventsAsync(client, "lost");

        Assert.Equal(SweepPhase.Succeeded, (await client.GetSweepAsync("lost")).Phase);
        Assert.DoesNotContain(events, happened => happened.Kind.Contains("failed", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://localhost:0")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("nowhere")]
    public async Task It_listens_on_loopback_only(string address)
    {
        using TemporaryFolder folder = new();
        Fault fault = await Assert.ThrowsAsync<Fault>(
            () => EmbeddedHost.StartAsync(Server.Options(folder.Path) with { Address = address }));
        Assert.Equal((FaultCode.SpecInvalid, "--address"), (fault.Code, fault.Subject));
    }

    [Fact]
    public async Task An_address_in_use_is_a_conflict()
    {
        using TemporaryFolder folder = new();
        Fault fault = await Assert.ThrowsAsync<Fault>(
            () => EmbeddedHost.StartAsync(Server.Options(folder.Path) with { Address = $"{server.Host.Address}".TrimEnd('/') }));
        Assert.Equal(FaultCode.Conflict, fault.Code);
    }

    [Fact]
    public async Task More_slots_than_cores_must_be_meant()
    {
        using TemporaryFolder folder = new();
        Fault fault = await Assert.ThrowsAsync<Fault>(
            () => EmbeddedHost.StartAsync(Server.Options(folder.Path) with { Slots = Environment.ProcessorCount + 1 }));
        Assert.Equal((FaultCode.SpecInvalid, "--slots"), (fault.Code, fault.Subject));
    }

    [Fact]
    public async Task Health_is_answered() => Assert.Equal(200, (await server.SendAsync(HttpMethod.Get, "healthz")).Status);

    [Fact]
    public async Task The_openapi_document_is_the_one_in_docs()
    {
        string served = await server.Http.GetStringAsync("openapi/v1.json") + "\n";
        string path = Repository.File("docs", "openapi.json");
        if (Environment.GetEnvironmentVariable("VISURF_WRITE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(path, served);
        }

        Assert.True(await File.ReadAllTextAsync(path) == served,
            "docs/openapi.json differs from what is served; run this test with VISURF_WRITE_OPENAPI=1 and look at the change");
    }

    [Fact]
    public void Nothing_is_told_to_the_makers_of_the_bus() =>
        Assert.False(server.Host.Parts.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);

    private sealed class LostDevice : ITrainer
    {
        public StageEnding Run(Attempt attempt, IAttemptControl control) =>
            throw new Fault(FaultCode.DeviceLost, "device", "CUDA error: an illegal memory access was encountered");
    }
}
