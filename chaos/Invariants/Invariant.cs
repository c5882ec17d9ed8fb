namespace ViSurf.Chaos.Invariants;

/// <summary>What must be true of a run once everything has ended.</summary>
/// <param name="Name">As a sentence.</param>
/// <param name="Broken">What contradicts it, a line each.</param>
internal sealed record Invariant(string Name, Func<Evidence, IEnumerable<string>> Broken)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new("every experiment has succeeded", Ends.NotSucceeded),
        new("every experiment has one result, of its last attempt, with scores", Ends.WrongResults),
        new("the end of every experiment was told once", Ends.WrongEnds),
        new("the effect of every event is stored", Ends.OpenEvents),
        new("every checkpoint that a stage names is there and is what was saved", Checkpoints.Damaged),
        new("every step of a stage that is done is stored once", Checkpoints.MissingSteps),
        new("nothing lies in the blob store that nobody names", Checkpoints.Orphans),
        new("attempts are numbered one after the other, and the last is the experiment's", Attempts.Gaps),
        new("no attempt begins before what an earlier one had committed", Attempts.StepsBack),
        new("no slot holds two leases", Attempts.DoubleLeases),
        new("nothing waits while what is less urgent is given a slot", Attempts.Overtaken),
    ];
}
