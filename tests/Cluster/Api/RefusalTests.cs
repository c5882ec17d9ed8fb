using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Api;

[Collection(ServerCollection.Name)]
public class RefusalTests(Server server)
{
    private static readonly string Good = JsonSerializer.Serialize(Server.Spec("changed"), SpecJson.Options);

    [Theory]
    [InlineData("GET", "v1/nothing", 404, "notFound", "/v1/nothing")]
    [InlineData("GET", "v1/sweeps/none", 404, "notFound", "none")]
    [InlineData("GET", "v1/sweeps/none/spec", 404, "notFound", "none")]
    [InlineData("GET", "v1/sweeps/none/experiments", 404, "notFound", "none")]
    [InlineData("GET", "v1/sweeps/none/results", 404, "notFound", "none")]
    [InlineData("GET", "v1/sweeps/none/report", 404, "notFound", "none")]
    [InlineData("GET", "v1/sweeps/none/events", 404, "notFound", "none")]
    [InlineData("POST", "v1/sweeps/none/cancel", 404, "notFound", "none")]
    [InlineData("GET", "v1/experiments/none/1", 404, "notFound", "none/1")]
    [InlineData("GET", "v1/experiments/none/1/steps", 404, "notFound", "none/1")]
    [InlineData("POST", "v1/experiments/none/1/cancel", 404, "notFound", "none/1")]
    [InlineData("GET", "v1/stages/none", 404, "notFound", "none")]
    [InlineData("GET", "v1/stages?sweep=none", 404, "notFound", "none")]
    [InlineData("DELETE", "v1/sweeps", 405, "specInvalid", "DELETE")]
    [InlineData("GET", "v1/sweeps?max=0", 400, "specInvalid", "max")]
    [InlineData("GET", "v1/sweeps?max=1001", 400, "specInvalid", "max")]
    [InlineData("GET", "v1/sweeps?max=many", 400, "specInvalid", "the request")]
    [InlineData("GET", "v1/experiments?phase=7", 400, "specInvalid", "phase")]
    public async Task What_is_not_there_or_not_allowed_is_said(string method, string path, int status, string code, string subject)
    {
        (int answered, JsonNode problem) = await server.SendAsync(new(method), path);
        Assert.Equal((status, status), (answered, problem["status"]!.GetValue<int>()));
        Assert.Equal((code, subject), (problem["code"]!.GetValue<string>(), problem["subject"]!.GetValue<string>()));
        Assert.Equal($"urn:visurf:problem:{code}", problem["type"]!.GetValue<string>());
        Assert.False(string.IsNullOrEmpty(problem["detail"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("v1/sweeps/a", "{", "application/json", 400, "the body")]
    [InlineData("v1/sweeps/a", "name: [", "text/yaml", 400, "the body")]
    [InlineData("v1/sweeps/a", "name: x", "application/json", 400, "the body")]
    [InlineData("v1/sweeps/a", "name: x\nrow: 1", "application/yaml", 400, "row")]
    [InlineData("v1/sweeps/a", "{}", "text/plain", 415, "Content-Type")]
    [InlineData("v1/sweeps/a", "{}", "application/json; charset=utf-16", 415, "the request")]
    [InlineData("v1/sweeps/A%20B", "{}", "application/json", 400, "key")]
    public async Task A_wrong_body_is_refused(string path, string body, string type, int status, string subject)
    {
        (int answered, JsonNode problem) = await server.SendAsync(HttpMethod.Put, path, body, type);
        Assert.Equal((status, subject), (answered, problem["subject"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_body_of_more_than_a_mebibyte_is_refused()
    {
        (int status, JsonNode problem) = await server.SendAsync(HttpMethod.Put, "v1/sweeps/a", new string(' ', (1 << 20) + 1));
        Assert.Equal((413, "specInvalid"), (status, problem["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_problem_becomes_the_same_fault_again()
    {
        SweepSpec spec = Server.Spec("wrong") with { Rows = [new() { Method = "sftt" }] };
        Fault expected = new(FaultCode.SpecInvalid, "base.method.name", "");
        Fault fault = await Assert.ThrowsAsync<Fault>(() => server.Client.PlanAsync(spec));
        Assert.Equal(expected.Code, fault.Code);
        Assert.Contains("method.name", fault.Subject, StringComparison.Ordinal);
        Assert.Contains("sft-rlvr", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_mistakes_of_a_sweep_are_in_one_problem_and_in_one_fault()
    {
        SweepSpec spec = Server.Spec("wrong") with { Name = " ", Seeds = [1, -2], Rows = [new() { Method = "sft", As = "a" }] };
        (int status, JsonNode problem) = await server.SendAsync(
            HttpMethod.Post, "v1/sweeps", JsonSerializer.Serialize(spec, SpecJson.Options));
        Assert.Equal((400, "name"), (status, problem["subject"]!.GetValue<string>()));
        Assert.Equal(["seeds[1]"], problem["others"]!.AsArray().Select(other => other!["subject"]!.GetValue<string>()));
        Fault fault = await Assert.ThrowsAsync<Fault>(() => server.Client.CreateAsync(spec));
        Assert.Equal("seeds[1]: is -2; allowed: 0 and above", Assert.Single(fault.Others).Message);
    }

    [Fact]
    public async Task A_spec_that_names_a_missing_model_is_the_caller_s_mistake()
    {
        string text = Good.Replace("models/tiny-base", "models/none", StringComparison.Ordinal);
        (int status, JsonNode problem) = await server.SendAsync(HttpMethod.Post, "v1/plans", text);
        Assert.Equal((400, "notFound", "model.path"),
            (status, problem["code"]!.GetValue<string>(), problem["subject"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        using HttpClient nobody = new() { BaseAddress = new("http://127.0.0.1:9") };
        Fault fault = await Assert.ThrowsAsync<Fault>(() => new ViSurfClient(nobody).GetSweepAsync("a"));
        Assert.Equal((FaultCode.Unavailable, "http://127.0.0.1:9/"), (fault.Code, fault.Subject));
    }

    [Fact]
    public async Task No_change_of_a_spec_makes_the_server_stumble() =>
        await Gen.Select(Gen.Int[0, 60], Gen.Int[0, SpecMutations.Values.Length - 1]).Array[1, 3].SampleAsync(async changes =>
        {
            string text = changes.Aggregate(Good, (spec, change) =>
                SpecMutations.Change(spec, change.Item1, SpecMutations.Values[change.Item2]));
            (int status, _) = await server.SendAsync(HttpMethod.Post, "v1/plans", text);
            Assert.True(status is 200 or 400 or 422, $"{status}: {text}");
        }, iter: 300, threads: 2);
}
