using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>Where and when a sweep's experiments run. No part of what an experiment is: another schedule is the same experiment.</summary>
public sealed record ScheduleSpec
{
    private const int PriorityMost = 1000;
    private const int NameLettersMost = 63;

    /// <summary>What holds where nothing is said: any slot, no limit.</summary>
    public static ScheduleSpec Usual { get; } = new();

    /// <summary>Labels that a slot must have: a text is equal to the slot's, a number is at most the slot's.</summary>
    public IReadOnlyDictionary<string, JsonNode> Require { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>Labels that a slot should have where there is a choice.</summary>
    public IReadOnlyDictionary<string, JsonNode> Prefer { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>Higher ones go first, and take the slots of lower ones; -1000 to 1000.</summary>
    public int Priority { get; init; }

    /// <summary>The most experiments of the sweep that run at a time; no limit where nothing is said.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Whether a higher priority may take the slot of what runs: it writes a checkpoint first, and goes on later.</summary>
    public bool Preemptible { get; init; } = true;

    /// <summary>Whether two schedules say the same; null says nothing.</summary>
    public static bool AreSame(ScheduleSpec? a, ScheduleSpec? b) => ReferenceEquals(a, b) || Json(a) == Json(b);

    internal void Check(Mistakes wrong, string path)
    {
        CheckLabels(wrong, Require, $"{path}.require");
        CheckLabels(wrong, Prefer, $"{path}.prefer");
        wrong.Unless(Math.Abs((long)Priority) <= PriorityMost, $"{path}.priority",
            $"is {Priority}; allowed: -{PriorityMost} to {PriorityMost}");
        wrong.Unless(MaxParallel is null or >= 1, $"{path}.maxParallel", $"is {MaxParallel}; allowed: 1 and above");
    }

    /// <summary>Refuses a label's name that is none.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the field.</exception>
    public static void CheckName(string name, string path)
    {
        Mistakes wrong = new();
        CheckName(wrong, name, path);
        wrong.Demand();
    }

    internal static void CheckLabels(Mistakes wrong, IReadOnlyDictionary<string, JsonNode> labels, string path)
    {
        foreach ((string name, JsonNode? wanted) in labels)
        {
            CheckName(wrong, name, path);
            wrong.Unless(wanted?.GetValueKind() is JsonValueKind.String or JsonValueKind.Number, $"{path}.{name}",
                $"is {wanted?.ToJsonString() ?? "null"}; allowed: a text, or the least number");
        }
    }

    private static void CheckName(Mistakes wrong, string name, string path) => wrong.Unless(
        name.Length is >= 1 and <= NameLettersMost && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'),
        path, $"has the label '{name}'; allowed: 1 to {NameLettersMost} letters, digits, '.', '_' and '-'");

    private static string Json(ScheduleSpec? schedule) => JsonSerializer.Serialize(schedule ?? Usual, SpecJson.Options);
}
