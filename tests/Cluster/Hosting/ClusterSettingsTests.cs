using System.Net;
using Microsoft.Extensions.Configuration;
using ViSurf.Sdk;
using ViSurf.Silo;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Hosting;

/// <summary>Settings are checked before anything starts, all of them.</summary>
public class ClusterSettingsTests
{
    [Fact]
    public void Nothing_said_means_everything_in_one_process() => Assert.Equal(Roles.None, Read().Roles);

    [Fact]
    public void Roles_are_words_with_commas_between()
    {
        ClusterSettings settings = Read(("Roles", "control, api"), ("StateFolder", "state"));
        Assert.Equal((Roles.Control | Roles.Api, true), (settings.Roles, settings.IsSilo));
        Assert.False(Read(("Roles", "api"), ("Postgres", "Host=x")).IsSilo);
    }

    [Fact]
    public void Every_mistake_is_named_with_what_is_allowed()
    {
        Fault fault = Assert.Throws<Fault>(() => Read(
            ("Roles", "controller"), ("Node", "a|b"), ("SiloPort", "70000"), ("Address", "0.0.0.0"), ("RabbitMq", "http://broker"),
            ("Primary", "nowhere"), ("Slots", "none"), ("Force", "yes"), ("SlioPort", "1")));
        Assert.Equal(FaultCode.SpecInvalid, fault.Code);
        Assert.Equal(
            ["Roles", "Node", "RabbitMq", "Address", "SiloPort", "Slots", "Force", "Primary", "SlioPort"],
            fault.Reason.Split('\n').Select(line => line["ViSurf:".Length..line.IndexOf(' ', StringComparison.Ordinal)]));
        Assert.All(fault.Reason.Split('\n'), line => Assert.Contains("; allowed: ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Postgres", "migrate", "")]
    [InlineData("Postgres", "api", "")]
    [InlineData("StateFolder", "control", "")]
    [InlineData("Blob", "gpu", "Primary=127.0.0.1:1")]
    [InlineData("Primary", "gpu", "Blob=UseDevelopmentStorage=true")]
    [InlineData("Roles", "migrate,gpu", "Postgres=Host=x,Blob=UseDevelopmentStorage=true")]
    [InlineData("GatewayPort", "control", "StateFolder=x,SiloPort=5,GatewayPort=5")]
    public void What_a_role_needs_is_asked_for(string missing, string roles, string others)
    {
        (string, string)[] given = [.. others.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('=', 2))
            .Select(pair => (pair[0], pair[1]))];
        Fault fault = Assert.Throws<Fault>(() => Read([("Roles", roles), .. given]));
        Assert.StartsWith($"ViSurf:{missing} ", fault.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Reason);
    }

    [Theory]
    [InlineData("Postgres", "Host=x;Password=secret")]
    [InlineData("RabbitMq", "amqp://guest:secret@x")]
    [InlineData("Blob", "AccountKey=secret")]
    [InlineData("Primary", "127.0.0.1:5")]
    public void What_only_a_cluster_uses_is_refused_where_no_role_is_named(string name, string value)
    {
        string reason = Assert.Throws<Fault>(() => Read((name, value))).Reason;
        Assert.StartsWith($"ViSurf:{name} would do nothing; allowed: with ViSurf:Roles", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_the_blob_service_is_an_account_and_all_else_a_connection_string()
    {
        const string Url = "https://x.blob.core.windows.net";
        (string, string)[] gpu = [("Roles", "gpu"), ("Postgres", "Host=x"), ("Slots", "1")];
        AzureCheckpointSettings account = Read([.. gpu, ("Blob", Url), ("Node", "n"), ("BlobCache", "/c")]).Checkpoints()!;
        Assert.Equal((new Uri(Url), null, "/c/n"), (account.Account, account.Connection, account.CacheFolder));
        Assert.Equal("UseDevelopmentStorage=true", Read([.. gpu, ("Blob", "UseDevelopmentStorage=true")]).Checkpoints()!.Connection);
        Assert.Null(Read().Checkpoints());
    }

    [Fact]
    public void An_end_point_has_an_address_and_a_port() => Assert.Equal(
        new IPEndPoint(IPAddress.Loopback, 5),
        Read(("Roles", "gpu"), ("Slots", "1"), ("Blob", "UseDevelopmentStorage=true"), ("Primary", "127.0.0.1:5")).Primary);

    private static ClusterSettings Read(params (string Name, string Value)[] settings) => ClusterSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair =>
            new KeyValuePair<string, string?>($"ViSurf:{pair.Name}", pair.Value))).Build());
}
