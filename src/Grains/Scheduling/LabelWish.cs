using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Grains;

/// <summary>One label that a schedule asks for.</summary>
/// <param name="Text">What the slot's label must be; null where it must be a number.</param>
/// <param name="Least">The least number that the slot's label may be.</param>
public sealed record LabelWish(string Name, string? Text, double Least)
{
    /// <summary>The wishes of a schedule, by name.</summary>
    public static IReadOnlyList<LabelWish> Of(IReadOnlyDictionary<string, JsonNode> labels) =>
    [
        .. labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => label.Value.GetValueKind() == JsonValueKind.Number
            ? new LabelWish(label.Key, null, double.Parse(label.Value.ToJsonString(), CultureInfo.InvariantCulture))
            : new LabelWish(label.Key, label.Value.GetValue<string>(), 0)),
    ];

    public bool IsMetBy(IReadOnlyDictionary<string, string> labels) => labels.TryGetValue(Name, out string? label)
        && (Text is not null ? label == Text
            : double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= Least);

    public override string ToString() => Text is null ? string.Create(CultureInfo.InvariantCulture, $"{Name}>={Least}") : $"{Name}={Text}";
}

/// <summary>A slot that may be given work.</summary>
public sealed record SlotOffer(string SlotId, IReadOnlyDictionary<string, string> Labels);

/// <summary>What rows of one schedule ask of a slot.</summary>
public sealed class SlotWish(IReadOnlyList<LabelWish> require, IReadOnlyList<LabelWish> prefer)
{
    /// <summary>Asks for nothing.</summary>
    public static SlotWish Any { get; } = new([], []);

    public IReadOnlyList<LabelWish> Require { get; } = require;

    public static SlotWish Of(Sdk.ScheduleSpec schedule) => schedule.Require.Count + schedule.Prefer.Count == 0
        ? Any
        : new(LabelWish.Of(schedule.Require), LabelWish.Of(schedule.Prefer));

    /// <summary>The same for wishes that are the same.</summary>
    public string Key { get; } = $"{Joined(require)}/{Joined(prefer)}";

    public bool IsMetBy(IReadOnlyDictionary<string, string> labels) => Require.All(wish => wish.IsMetBy(labels));

    /// <summary>The slot that has most of what is preferred; of those the one with the fewest labels, which others may need.</summary>
    /// <returns>Null where none has what is required.</returns>
    public (SlotOffer Slot, int Preferred)? Best(IReadOnlyList<SlotOffer> idle)
    {
        (SlotOffer Slot, int Preferred)? best = null;
        foreach (SlotOffer slot in idle)
        {
            if (IsMetBy(slot.Labels))
            {
                int preferred = prefer.Count(wish => wish.IsMetBy(slot.Labels));
                if (best is not { } known || IsBetter(slot, preferred, known))
                {
                    best = (slot, preferred);
                }
            }
        }

        return best;
    }

    // Each with its length before it: a label may be any text.
    private static string Joined(IEnumerable<LabelWish> wishes) =>
        string.Concat(wishes.Select(wish => $"{wish}").Select(text => $"{text.Length}:{text}"));

    private static bool IsBetter(SlotOffer slot, int preferred, (SlotOffer Slot, int Preferred) than)
    {
        int order = than.Preferred.CompareTo(preferred);
        order = order != 0 ? order : slot.Labels.Count.CompareTo(than.Slot.Labels.Count);
        return (order != 0 ? order : string.CompareOrdinal(slot.SlotId, than.Slot.SlotId)) < 0;
    }
}
