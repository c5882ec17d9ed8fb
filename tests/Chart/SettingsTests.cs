using k8s.Models;
using Microsoft.Extensions.Configuration;
using ViSurf.Silo;

namespace ViSurf.Tests.Chart;

/// <summary>What the program is told.</summary>
public class SettingsTests
{
    private const string Prefix = "ViSurf__";

    // Of a cluster without a database: one control process with a folder.
    private static readonly string[] NotInACluster = ["StateFolder", "Primary"];

    // What Kubernetes alone knows, and what is secret.
    private static readonly Dictionary<string, string> Examples = new()
    {
        ["field status.podIP"] = "10.0.0.1",
        ["Postgres"] = "Host=db;Username=visurf",
        ["RabbitMq"] = "amqps://user:password@broker/visurf",
        ["Blob"] = "UseDevelopmentStorage=true",
    };

    public static TheoryData<string> Values => Rendered.Values;

    [Theory]
    [MemberData(nameof(Values))]
    public void The_program_understands_what_it_is_told(string values) => Assert.All(Rendered.Of(values).Workloads, workload =>
    {
        Dictionary<string, string?> told = Settings(values, workload).ToDictionary(
            setting => $"{ClusterSettings.Section}:{setting.Key}", setting => (string?)Example(workload, setting.Key, setting.Value));
        ClusterSettings read = ClusterSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(told).Build());
        Assert.Equal(workload.Component, $"{read.Roles}".ToLowerInvariant());
        Assert.Equal(workload.IsSilo, read.IsSilo);
        Assert.Equal(workload.Trains, read.Checkpoints() is not null);
        read.Checkpoints()?.Checked();
    });

    [Fact]
    public void Every_setting_of_the_program_is_set_or_known_to_be_of_no_use_here() => Assert.Equal(
        typeof(ClusterSettings).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)
            .Except(NotInACluster).Order(),
        Rendered.Of("full").Workloads.SelectMany(workload => Settings("full", workload).Keys).Distinct().Order());

    [Theory]
    [MemberData(nameof(Values))]
    public void A_process_has_one_role_a_name_of_its_own_and_an_address(string values) =>
        Assert.All(Rendered.Of(values).Workloads, workload =>
        {
            Dictionary<string, string> settings = Settings(values, workload);
            Assert.Equal(workload.Component, settings["Roles"]);
            Assert.Equal("field metadata.name", settings["Node"]);
            Assert.StartsWith("secret ", settings["Postgres"], StringComparison.Ordinal);
            Assert.Equal(workload.IsSilo ? "field status.podIP" : null, settings.GetValueOrDefault("Address"));
        });

    [Theory]
    [MemberData(nameof(Values))]
    public void Ports_are_those_that_the_program_listens_on(string values) =>
        Assert.All(Rendered.Of(values).Workloads.Where(workload => !workload.IsHook), workload =>
        {
            Dictionary<string, string> settings = Settings(values, workload);
            Assert.Equal(workload.Port("http"), new Uri(settings["Http"]).Port);
            Assert.Equal("0.0.0.0", new Uri(settings["Http"]).Host);
            Assert.Equal($"{workload.Port("silo")}", settings.GetValueOrDefault("SiloPort", ""));
            Assert.True(workload.Component != "control" || $"{workload.Port("gateway")}" == settings["GatewayPort"]);
        });

    [Theory]
    [MemberData(nameof(Values))]
    public void A_process_gets_the_secrets_that_its_role_needs_and_no_others(string values) =>
        Assert.All(Rendered.Of(values).Workloads, workload =>
        {
            Dictionary<string, string> settings = Settings(values, workload);
            Assert.Equal(workload.Trains, settings.ContainsKey("Blob"));
            Assert.True(!workload.Trains || settings["Blob"].StartsWith("secret ", StringComparison.Ordinal) == (values != "azure"));
            Assert.Equal(values != "minimal" && workload.Component == "control", settings.ContainsKey("RabbitMq"));
        });

    [Theory]
    [MemberData(nameof(Values))]
    public void The_cache_of_checkpoints_fits_in_its_volume(string values) =>
        Assert.All(Rendered.Of(values).Workloads.Where(workload => workload.Trains), workload =>
        {
            Dictionary<string, string> settings = Settings(values, workload);
            V1VolumeMount mount = Assert.Single(workload.Container.VolumeMounts, mount => mount.MountPath == settings["BlobCache"]);
            V1Volume volume = Assert.Single(workload.Pod.Volumes, volume => volume.Name == mount.Name);
            Assert.True(volume.EmptyDir.SizeLimit.ToInt64() > long.Parse(settings["BlobCacheBytes"]));
        });

    [Fact]
    public void A_pool_of_threads_says_how_many_and_a_pool_of_gpus_takes_those_that_it_sees()
    {
        Dictionary<string, (string?, string?, string?)> told = Rendered.Of("full").Workloads.Where(workload => workload.Component == "gpu")
            .ToDictionary(pool => pool.Metadata.Name, pool => Settings("full", pool) is var settings
                ? (settings.GetValueOrDefault("Device"), settings.GetValueOrDefault("Slots"), settings.GetValueOrDefault("Force"))
                : default);
        Assert.Equal(("cuda", null, null), told["visurf-gpu-h100"]);
        Assert.Equal(("cpu", "4", "true"), told["visurf-gpu-threads"]);
    }

    [Fact]
    public void More_environment_reaches_every_container() => Assert.All(Rendered.Of("full").Workloads, workload =>
        Assert.Equal("0", Assert.Single(workload.Container.Env, variable => variable.Name == "DOTNET_gcServer").Value));

    /// <summary>Without the prefix; where a value is known to Kubernetes alone, from where it takes it.</summary>
    private static Dictionary<string, string> Settings(string values, Workload workload)
    {
        Dictionary<string, string> settings = [];
        foreach (V1EnvFromSource source in workload.Container.EnvFrom ?? [])
        {
            V1ConfigMap map = Rendered.Of(values).Each<V1ConfigMap>().Single(map => map.Metadata.Name == source.ConfigMapRef.Name);
            Assert.All(map.Data, entry => settings.Add(entry.Key, entry.Value));
        }

        Assert.All(workload.Container.Env, variable => settings.Add(variable.Name, variable.Value
            ?? (variable.ValueFrom.SecretKeyRef is { } secret ? $"secret {secret.Name} {secret.Key}"
                : $"field {variable.ValueFrom.FieldRef.FieldPath}")));
        return settings.Where(setting => setting.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(setting => setting.Key[Prefix.Length..], setting => setting.Value);
    }

    private static string Example(Workload workload, string setting, string value) => value switch
    {
        "field metadata.name" => $"{workload.Metadata.Name}-0",
        _ when value.StartsWith("secret ", StringComparison.Ordinal) => Examples[setting],
        _ => Examples.GetValueOrDefault(value, value),
    };
}
