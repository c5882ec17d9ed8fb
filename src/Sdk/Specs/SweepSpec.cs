using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>Experiments that are compared: rows, each with its own settings over a common base, times seeds.</summary>
public sealed record SweepSpec
{
    private const int CellsMost = 10_000;

    /// <summary>What people call the sweep.</summary>
    public required string Name { get; init; }

    /// <summary>The fields that all experiments share: an experiment spec without name, seed and method.name.</summary>
    public required JsonNode Base { get; init; }

    /// <summary>The rows of the table.</summary>
    public required IReadOnlyList<RowSpec> Rows { get; init; }

    /// <summary>The seeds of each row; seeds are paired across rows.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The experiments: rows times seeds, in order.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the row and field that is wrong.</exception>
    public IReadOnlyList<SweepCell> Expand()
    {
        Limit.Text(Name, "name");
        Fault.Unless(Rows.Count > 0, FaultCode.SpecInvalid, "rows", "is empty; at least one row is wanted");
        Fault.Unless(Seeds.Count > 0, FaultCode.SpecInvalid, "seeds", "is empty; at least one seed is wanted");
        Fault.Unless(Seeds.Distinct().Count() == Seeds.Count, FaultCode.SpecInvalid, "seeds", "names a seed twice");
        Fault.Unless((long)Rows.Count * Seeds.Count <= CellsMost, FaultCode.SpecInvalid, "rows",
            $"times seeds makes {(long)Rows.Count * Seeds.Count} experiments; allowed: up to {CellsMost}");
        foreach (IGrouping<string, RowSpec> same in Rows.GroupBy(row => row.Label).Where(group => group.Count() > 1))
        {
            throw new Fault(FaultCode.SpecInvalid, "rows", $"has two rows called '{same.Key}'; give one of them a label");
        }

        return [.. Seeds.SelectMany(seed => Rows.Select((row, i) => new SweepCell(row.Label, seed, Cell(row, $"rows[{i}]", seed))))];
    }

    private ExperimentSpec Cell(RowSpec row, string path, int seed)
    {
        JsonObject node = Base?.DeepClone() as JsonObject
            ?? throw new Fault(FaultCode.SpecInvalid, "base", "is no map of fields; an experiment spec is wanted");
        SpecPath.Set(node, "name", JsonValue.Create($"{Name}/{row.Label}/{seed}"), path);
        SpecPath.Set(node, "seed", JsonValue.Create(seed), path);
        SpecPath.Set(node, "method.name", JsonValue.Create(row.Method), path);
        foreach ((string field, JsonNode value) in row.Set)
        {
            SpecPath.Set(node, field, value?.DeepClone(), $"{path}.set");
        }

        try
        {
            return SpecJson.Read<ExperimentSpec>(node).Checked();
        }
        catch (Fault fault) when (fault.Code == FaultCode.SpecInvalid)
        {
            bool isOwn = row.Set.Keys.Any(field =>
                fault.Subject == field || fault.Subject.StartsWith(field + ".", StringComparison.Ordinal));
            throw new Fault(fault.Code, isOwn ? $"{path}.set.{fault.Subject}" : $"base.{fault.Subject}", fault.Reason, fault);
        }
    }
}

/// <summary>One row of a sweep.</summary>
public sealed record RowSpec
{
    /// <summary>The method's name.</summary>
    public required string Method { get; init; }

    /// <summary>What the row is called in tables; the method's name where nothing is given.</summary>
    public string? As { get; init; }

    /// <summary>Fields that differ from the base, by dotted path: rl.learningRate.</summary>
    public IReadOnlyDictionary<string, JsonNode> Set { get; init; } = new Dictionary<string, JsonNode>();

    internal string Label => As ?? Method;
}

/// <summary>One experiment of a sweep.</summary>
/// <param name="Row">The row's label.</param>
public sealed record SweepCell(string Row, int Seed, ExperimentSpec Spec);
