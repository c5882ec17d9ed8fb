using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What a request for an experiment came to.</summary>
public enum GrantOutcome
{
    /// <summary>The slot holds the lease; also the answer to the same request repeated.</summary>
    Granted,

    /// <summary>Another slot holds the lease: whoever asked adopts that lease, and does not forget the experiment.</summary>
    AlreadyLeased,

    /// <summary>It waits for a stage of another experiment.</summary>
    NotReady,

    /// <summary>It has ended.</summary>
    Ended,
}

/// <summary>The answer to a request for an experiment.</summary>
/// <param name="Lease">With <see cref="GrantOutcome.Granted"/> and <see cref="GrantOutcome.AlreadyLeased"/>.</param>
/// <param name="Attempt">With <see cref="GrantOutcome.Granted"/>.</param>
[GenerateSerializer, Immutable, Alias("visurf.GrantResult")]
public sealed record GrantResult(
    [property: Id(0)] GrantOutcome Outcome, [property: Id(1)] Lease? Lease = null, [property: Id(2)] Attempt? Attempt = null);

/// <summary>One try at one stage: everything its slot needs to know.</summary>
/// <param name="Start">The last checkpoint of the stage before; null starts from the spec's model.</param>
/// <param name="Last">The stage's own last checkpoint; null starts at step 0.</param>
/// <param name="Previous">The one before, should the last be damaged.</param>
[GenerateSerializer, Immutable, Alias("visurf.Attempt")]
public sealed record Attempt(
    [property: Id(0)] Lease Lease,
    [property: Id(1)] ExperimentSpec Spec,
    [property: Id(2)] StagePlan Stage,
    [property: Id(3)] Checkpoint? Start,
    [property: Id(4)] Checkpoint? Last,
    [property: Id(5)] Checkpoint? Previous);
