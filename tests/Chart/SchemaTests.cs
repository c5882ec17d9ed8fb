using System.Text.Json;

namespace ViSurf.Tests.Chart;

/// <summary>Wrong values are refused before anything is installed, and the refusal names the field.</summary>
public class SchemaTests
{
    [Theory]
    [InlineData("imagee={}", "imagee")]
    [InlineData("image.repository=\"\"", "image.repository")]
    [InlineData("image.tag=1", "image.tag")]
    [InlineData("image.pullPolicy=\"Sometimes\"", "image.pullPolicy")]
    [InlineData("cluster=\"a b\"", "cluster")]
    [InlineData("postgres.secret.name=\"\"", "postgres.secret.name")]
    [InlineData("postgres.secret.name=null", "postgres.secret")]
    [InlineData("postgres.connection=\"Host=db;Password=x\"", "connection")]
    [InlineData("rabbitmq.secret.key=\"a/b\"", "rabbitmq.secret.key")]
    [InlineData("blob.account=\"http://a.blob.core.windows.net\"", "blob.account")]
    [InlineData("blob.account=\"https://a.blob.core.windows.net\"", "blob.account")]
    [InlineData("blob.secret.name=\"\"", "blob.secret.name")]
    [InlineData("blob.container=\"A\"", "blob.container")]
    [InlineData("checkpointCacheGib=0", "checkpointCacheGib")]
    [InlineData("checkpointCacheGib=\"50Gi\"", "checkpointCacheGib")]
    [InlineData("serviceAccount.create=\"yes\"", "serviceAccount.create")]
    [InlineData("workloadIdentity.clientId=\"mine\"", "workloadIdentity.clientId")]
    [InlineData("files.path=\"models\"", "files.path")]
    [InlineData("env.VISURF__SLOTS=\"4\"", "VISURF__SLOTS")]
    [InlineData("env.A=1", "env.A")]
    [InlineData("terminationGracePeriodSeconds=120", "terminationGracePeriodSeconds")]
    [InlineData("control.replicas=0", "control.replicas")]
    [InlineData("control.resources.limits.cpu=\"1\"", "cpu")]
    [InlineData("control.resources.requests.memory=\"lots\"", "control.resources.requests.memory")]
    [InlineData("gpu.pools={}", "gpu.pools")]
    [InlineData("gpu.pools[0].name=\"GPU\"", "gpu.pools.0.name")]
    [InlineData("gpu.pools[0].name=\"longer-than-fifteen\"", "gpu.pools.0.name")]
    [InlineData("gpu.pools[0].device=\"cuda:0\"", "gpu.pools.0.device")]
    [InlineData("gpu.pools[0].device=\"cuda\"", "gpus is required")]
    [InlineData("gpu.pools[0].gpus=1", "gpu.pools.0.gpus")]
    [InlineData("gpu.pools[0].slots=0", "gpu.pools.0.slots")]
    [InlineData("gpu.pools[0].slots=null", "gpu.pools.0.slots")]
    [InlineData("gpu.pools[0].resources.limits={\"cpu\":\"1\"}", "gpu.pools.0.resources.limits")]
    [InlineData("gpu.pools[0].resources.limits={\"nvidia.com/gpu\":\"1\"}", "nvidia.com/gpu")]
    [InlineData("gpu.pools[0].resources={}", "requests is required")]
    [InlineData("gpu.pools[0].labels={\"visurf/silo\":\"false\"}", "gpu.pools.0.labels")]
    [InlineData("gpu.pools[0].nodeSelector={\"a\":1}", "gpu.pools.0.nodeSelector.a")]
    [InlineData("gpu.pools[0].tolerations=[{\"operator\":\"In\"}]", "gpu.pools.0.tolerations.0.operator")]
    [InlineData("gpu.pools[0].node=\"a\"", "node")]
    [InlineData("api.service.port=0", "api.service.port")]
    [InlineData("api.service.type=\"ExternalName\"", "api.service.type")]
    [InlineData("api.ingress.enabled=true", "api.ingress.host")]
    [InlineData("migrate.timeoutSeconds=\"10m\"", "migrate.timeoutSeconds")]
    [InlineData("networkPolicy.apiFrom=[{}]", "networkPolicy.apiFrom.0")]
    public void A_wrong_value_is_named(string mutation, string named)
    {
        (int code, _, string error) = Template("minimal", mutation);
        Assert.NotEqual(0, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_pools_have_two_names()
    {
        (int code, _, string error) = Template("full", "gpu.pools[1].name=\"h100\"");
        Assert.NotEqual(0, code);
        Assert.Contains("gpu.pools.1.name is 'h100'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_of_blobs_needs_an_identity()
    {
        (int code, _, string error) = Template("azure", "serviceAccount.create=false");
        Assert.NotEqual(0, code);
        Assert.Contains("serviceAccount.name is missing", error, StringComparison.Ordinal);
        Assert.Equal(0, Template("azure", "serviceAccount={\"create\":false,\"name\":\"theirs\"}").Code);
    }

    [Theory]
    [InlineData("gpu.pools=[]")]
    [InlineData("gpu.pools[0].replicas=0")]
    [InlineData("migrate.enabled=false")]
    [InlineData("disruptionBudgets.enabled=false")]
    [InlineData("networkPolicy.enabled=false")]
    [InlineData("serviceAccount.create=false")]
    [InlineData("checkpointCacheGib=10000")]
    public void What_is_allowed_renders(string mutation)
    {
        (int code, string output, string error) = Template("minimal", mutation);
        Assert.True(code == 0, error);
        Assert.NotEmpty(Rendered.Parse(output));
    }

    [Fact]
    public void Nothing_in_the_schema_takes_fields_that_it_does_not_know()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "values.schema.json")));
        Assert.All(Objects(schema.RootElement, "$"),
            place => Assert.True(place.Element.TryGetProperty("additionalProperties", out _), place.Path));
    }

    private static (int Code, string Output, string Error) Template(string values, string mutation) =>
        Helm.Run("template", Rendered.Release, Helm.Chart, "--values", Helm.Values(values), "--set-json", mutation);

    // global alone is left to whoever takes the chart as a part of a larger one.
    private static IEnumerable<(string Path, JsonElement Element)> Objects(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(field => field.Name != "global")
            .SelectMany(field => Objects(field.Value, $"{path}.{field.Name}"))
            .Concat(IsOfObjects(element) ? [(path, element)] : []),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, i) => Objects(item, $"{path}.{i}")),
        _ => [],
    };

    // A property may have the name type.
    private static bool IsOfObjects(JsonElement element) => element.TryGetProperty("type", out JsonElement type)
        && type.ValueKind == JsonValueKind.String && type.ValueEquals("object");
}
