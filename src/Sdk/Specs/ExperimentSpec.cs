using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>Everything one experiment needs to be repeated: one method, one data mixture, one seed.</summary>
public sealed record ExperimentSpec
{
    private const int RungsMost = 64;

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

    /// <summary>Where the training goes on otherwise than it began; null where it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BranchSpec? Branch { get; init; }

    /// <summary>Steps after which the training is cut into stages, each of which goes on from the one before; it ends after the last.
    /// Learning rates are those of the whole training. Null where it is not cut, and runs to its end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Rungs { get; init; }

    /// <summary>64 bits of the SHA-256 of the canonical JSON: two specs with one id are the same experiment.</summary>
    [JsonIgnore]
    public string Id => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, SpecJson.Options)))[..16];

    /// <summary>The spec itself, once every number is in its range.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the fields that are out of range.</exception>
    public ExperimentSpec Checked()
    {
        Mistakes wrong = new();
        Check(wrong);
        wrong.Demand();
        return this;
    }

    /// <summary>What holds after the branch: this spec with the branch's fields set, and no branch.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the fields that the branch sets wrongly.</exception>
    public ExperimentSpec AfterBranch()
    {
        Mistakes wrong = new();
        ExperimentSpec? after = After(wrong, Branch!);
        wrong.Demand();
        return after!;
    }

    internal void Check(Mistakes wrong)
    {
        wrong.Text(Name, "name");
        wrong.AtLeast(Seed, 0, "seed");
        Model.Check(wrong, "model");
        Data.Check(wrong, "data");
        Method.Check(wrong, "method");
        Sft.Check(wrong, "sft");
        Rl.Check(wrong, "rl");
        Evaluate.Check(wrong, "evaluate");
        CheckRungs(wrong);
        if (Branch is not null)
        {
            Branch.Check(wrong, "branch");
            After(wrong, Branch);
        }
    }

    private void CheckRungs(Mistakes wrong)
    {
        if (Rungs is null)
        {
            return;
        }

        wrong.Unless(Branch is null, "rungs", "stand beside branch; allowed: one of the two");
        wrong.Unless(Rungs.Count is >= 1 and <= RungsMost && Rungs[0] >= 1 && Rungs.Zip(Rungs.Skip(1)).All(two => two.First < two.Second),
            "rungs", $"are {string.Join(", ", Rungs)}; allowed: 1 to {RungsMost} steps, each above the one before");
    }

    // What is wrong without the branch is said of the spec itself.
    private ExperimentSpec? After(Mistakes wrong, BranchSpec branch)
    {
        JsonObject node = JsonSerializer.SerializeToNode(this with { Branch = null }, SpecJson.Options)!.AsObject();
        Mistakes own = new();
        foreach ((string field, JsonNode value) in branch.Set)
        {
            SpecPath.Set(own, node, field, value?.DeepClone());
        }

        ExperimentSpec? after = SpecJson.ReadRight<ExperimentSpec>(own, node);
        after?.Check(own);
        Mistakes before = new();
        (this with { Branch = null }).Check(before);
        wrong.Add(own.Except(before), field => $"branch.set.{field}");
        return after;
    }
}
