using ViSurf.Sdk;

namespace ViSurf.Training.Search;

/// <summary>Proposes points of a search's space. What it proposes depends on the terms, the proposal's number and the trials before.
/// </summary>
public abstract class PointSampler
{
    /// <summary>The proposal with a number: a place of the unit cube; null where there are no more.</summary>
    /// <param name="number">From 0.</param>
    /// <param name="trials">What was made of proposals before.</param>
    public abstract double[]? Propose(SearchTerms terms, long number, IReadOnlyList<SearchTrial> trials);

    public static PointSampler Of(SearchSampler sampler) => sampler switch
    {
        SearchSampler.Grid => new GridSampler(),
        SearchSampler.Random => new RandomSampler(),
        SearchSampler.Sobol => new SobolSampler(),
        _ => new TpeSampler(),
    };
}
