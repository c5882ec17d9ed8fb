namespace ViSurf.Sdk;

/// <summary>What a watch brings: an event, or the slots that work on the sweep as they stand.</summary>
/// <param name="Event">Something that happened; delivered once, in order.</param>
/// <param name="Slots">The slots that work on the sweep; live, and not delivered again when missed.</param>
public sealed record WatchUpdate(EventView? Event, IReadOnlyList<SlotView>? Slots);
