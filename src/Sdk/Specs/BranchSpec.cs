using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>A point in a training from which an experiment goes on otherwise, with the same prompts and random numbers.</summary>
public sealed record BranchSpec
{
    private static readonly string[] Trainings = ["method", "sft", "rl"];

    /// <summary>Steps that are trained by the spec without the branch; shared by all branches from there.</summary>
    public required int AtStep { get; init; }

    /// <summary>What is different after them, by dotted path: method.smooth.</summary>
    public required IReadOnlyDictionary<string, JsonNode> Set { get; init; }

    internal void Check(Mistakes wrong, string path)
    {
        wrong.Between(AtStep, 1, 1_000_000_000, $"{path}.atStep");
        wrong.Unless(Set.Count > 0, $"{path}.set", "is empty; at least one field is wanted");
        foreach (string field in Set.Keys)
        {
            wrong.Unless(Trainings.Contains(field.Split('.')[0]) && field is not "method.name"
                && !field.EndsWith(".promptsPerStep", StringComparison.Ordinal), $"{path}.set.{field}",
                "cannot change on the way; allowed: fields of method, sft and rl, without method.name and promptsPerStep");
        }
    }
}
