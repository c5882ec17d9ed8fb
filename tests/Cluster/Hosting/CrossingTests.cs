using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Silo;
using ViSurf.Tests.Cluster.Storage;

namespace ViSurf.Tests.Cluster.Hosting;

/// <summary>What grains say to each other is the same in another process.</summary>
public sealed class CrossingTests : IDisposable
{
    private readonly ServiceProvider parts;

    public CrossingTests()
    {
        ServiceCollection services = new();
        services.SpeakAsSpecs();
        parts = services.BuildServiceProvider();
    }

    public void Dispose() => parts.Dispose();

    [Fact]
    public void The_ending_of_a_stage_crosses()
    {
        StageEnding ending = new(Samples.Checkpoint(20), Samples.TrainingResult("k"), new([new(1, "{}")]), [1, 2]);
        StageEnding crossed = Crossed(ending);
        Assert.Equal((ending.Model, ending.Result), (crossed.Model, crossed.Result));
        Assert.Equal(ending.Steps.Rows, crossed.Steps.Rows);
        Assert.Equal(ending.Measurements, crossed.Measurements);
    }

    [Fact]
    public void An_attempt_crosses()
    {
        Attempt attempt = new(new("sweep/x", 3, "n|cpu:0"), Samples.Spec(), new("sft", "k", 20), null, Samples.Checkpoint(4), null);
        Assert.Equal(attempt with { Spec = null! }, Crossed(attempt) with { Spec = null! });
        Assert.Equal(attempt.Spec.Id, Crossed(attempt).Spec.Id);
    }

    [Fact]
    public void A_fault_crosses()
    {
        Fault crossed = Crossed(new Fault(FaultCode.LeaseLost, "sweep/x", "is lost"));
        Assert.Equal((FaultCode.LeaseLost, "sweep/x", "is lost"), (crossed.Code, crossed.Subject, crossed.Reason));
    }

    private T Crossed<T>(T value)
    {
        Serializer serializer = parts.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }
}
