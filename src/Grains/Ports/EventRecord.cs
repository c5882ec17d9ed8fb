using System.Text.Json.Nodes;

namespace ViSurf.Grains;

/// <summary>An event, stored in the transaction of the change it tells of.</summary>
/// <param name="Id">The same for the same happening: stored once.</param>
/// <param name="Kind">One of <see cref="Sdk.EventKinds"/>.</param>
public sealed record EventRecord(string Id, string Kind, string Sweep, string? Experiment, DateTimeOffset At, JsonObject Data);
