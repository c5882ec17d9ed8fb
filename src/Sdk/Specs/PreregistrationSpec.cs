using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>What somebody expects of a sweep, said before any of its experiments is evaluated.</summary>
public sealed record PreregistrationSpec
{
    private const int HypothesesMost = 100;

    /// <summary>What is claimed; p is corrected for all of it together.</summary>
    public required IReadOnlyList<HypothesisSpec> Hypotheses { get; init; }

    /// <summary>What a reader should know besides: why these margins, what would be a surprise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <param name="rows">The labels of the sweep's rows.</param>
    internal void Check(Mistakes wrong, string path, IReadOnlyCollection<string> rows)
    {
        wrong.Unless(Hypotheses.Count is > 0 and <= HypothesesMost, $"{path}.hypotheses",
            $"has {Hypotheses.Count}; allowed: 1 to {HypothesesMost}");
        wrong.Unless(Hypotheses.Select(one => one.Name).Distinct().Count() == Hypotheses.Count,
            $"{path}.hypotheses", "has two of one name");
        foreach ((int i, HypothesisSpec hypothesis) in Hypotheses.Index())
        {
            hypothesis.Check(wrong, $"{path}.hypotheses[{i}]", rows);
        }
    }
}

/// <summary>A claim about two rows of a sweep.</summary>
public sealed record HypothesisSpec
{
    private const string Base = "base";

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The row that is claimed to be better, or not worse.</summary>
    public required string Row { get; init; }

    /// <summary>The row it is compared with; base is the model before training.</summary>
    public required string Against { get; init; }

    /// <summary>The measure's name or title, as reports have it: HM.</summary>
    public required string Measure { get; init; }

    /// <summary>What is claimed.</summary>
    public Claim Claim { get; init; }

    /// <summary>By how much the row may be worse where it is claimed not to be; in the measure's unit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Margin { get; init; }

    internal void Check(Mistakes wrong, string path, IReadOnlyCollection<string> rows)
    {
        wrong.Text(Name, $"{path}.name");
        wrong.Text(Measure, $"{path}.measure");
        string allowed = $"allowed: {string.Join(", ", rows)}";
        wrong.Unless(rows.Contains(Row), $"{path}.row", $"is '{Row}'; {allowed}");
        wrong.Unless(rows.Contains(Against) || Against == Base, $"{path}.against", $"is '{Against}'; {allowed}, {Base}");
        wrong.Unless(Row != Against, $"{path}.against", "is the row itself; allowed: another");
        wrong.Unless(Margin is null == (Claim == Claim.Better) && Margin is null or (> 0 and < 1e6), $"{path}.margin",
            "goes with claim: notWorse, which needs one; allowed: above 0");
    }
}

/// <summary>What a hypothesis says of a row.</summary>
public enum Claim
{
    /// <summary>It is better.</summary>
    Better,

    /// <summary>It is worse by less than a margin, if at all.</summary>
    NotWorse,
}
