using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>One sweep: expands its spec into experiments, hands them over, knows when all have ended.</summary>
/// <remarks>Key: the sweep's id.</remarks>
[Alias("visurf.ISweepGrain")]
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Takes a spec, or what it adds to the spec it has.</summary>
    /// <exception cref="Fault">
    /// SpecInvalid, naming the field; Conflict, where the sweep holds a spec that this one does not extend.
    /// </exception>
    [Alias("Submit")]
    ValueTask<SubmitOutcome> SubmitAsync(SweepSpec spec);

    [Alias("Cancel")]
    ValueTask CancelAsync(string reason);

    /// <summary>Runs again what failed or was cancelled; what succeeded stays, and so does a sweep without any such.</summary>
    /// <exception cref="Fault">NotFound, or Conflict: it is being cancelled.</exception>
    [Alias("Retry")]
    ValueTask RetryAsync(RetryRequest request);

    /// <summary>Looks again: hands over what was not handed over yet, ends what has ended. Called by whoever notices.</summary>
    [Alias("Wake"), ResponseTimeout("00:00:05")]
    ValueTask WakeAsync();
}

/// <summary>Says what a sweep would run.</summary>
[Alias("visurf.IPlannerGrain")]
public interface IPlannerGrain : IGrainWithIntegerKey
{
    /// <exception cref="Fault">SpecInvalid, naming the field.</exception>
    [Alias("Plan")]
    ValueTask<SweepPlan> PlanAsync(SweepSpec spec);
}
