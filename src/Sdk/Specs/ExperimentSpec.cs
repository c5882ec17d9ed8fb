using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>Everything one experiment needs to be repeated: one method, one data mixture, one seed.</summary>
public sealed record ExperimentSpec
{
    /// <summary>What people call the experiment.</summary>
    public required string Name { get; init; }

    /// <summary>The seed of every draw: data order, rollouts. The base model is not drawn from it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The model that is trained.</summary>
    public required ModelSpec Model { get; init; }

    /// <summary>The prompts and labels it is trained on.</summary>
    public required DataSpec Data { get; init; }

    /// <summary>The post-training method and its switches.</summary>
    public required MethodSpec Method { get; init; }

    /// <summary>The optimisation of the sft stage, where the method has one.</summary>
    public SftSpec Sft { get; init; } = new();

    /// <summary>The optimisation of the rlvr or visurf stage, where the method has one.</summary>
    public RlSpec Rl { get; init; } = new();

    /// <summary>What is measured, when, and which checkpoint is reported.</summary>
    public EvaluateSpec Evaluate { get; init; } = new();

    /// <summary>64 bits of the SHA-256 of the canonical JSON: two specs with one id are the same experiment.</summary>
    [JsonIgnore]
    public string Id => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, SpecJson.Options)))[..16];

    /// <summary>The spec itself, once every number is in its range.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the first field that is out of range.</exception>
    public ExperimentSpec Checked()
    {
        Limit.Text(Name, "name");
        Limit.AtLeast(Seed, 0, "seed");
        Limit.Text(Model.Path, "model.path");
        Data.Check("data");
        Method.Check("method");
        Sft.Check("sft");
        Rl.Check("rl");
        Evaluate.Check("evaluate");
        return this;
    }
}
