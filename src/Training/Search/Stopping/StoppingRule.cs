using ViSurf.Sdk;

namespace ViSurf.Training.Search;

/// <summary>Says which trials go on from a rung. What it says depends on the terms and the trials alone.</summary>
public abstract class StoppingRule
{
    /// <summary>Whether a paused trial goes on, waits or is stopped.</summary>
    /// <param name="isOver">Whether nothing is open and no trial will be added: who would wait now waits in vain.</param>
    public abstract Verdict Of(SearchTerms terms, IReadOnlyList<SearchTrial> trials, int trial, bool isOver);

    /// <summary>The bracket of the next trial, and the rung that it is sent to first.</summary>
    public virtual (int Bracket, int Rung) Next(SearchTerms terms, IReadOnlyList<SearchTrial> trials) => (0, 0);

    private readonly Dictionary<(int Bracket, int Rung), RungCut> cuts = [];
    private IReadOnlyList<SearchTrial>? cut; // what they were made of

    /// <summary>Who goes on from a rung, worked out once for the same trials.</summary>
    private protected RungCut Cut(IReadOnlyList<SearchTrial> trials, (int Bracket, int Rung) place, Func<RungCut> make)
    {
        if (!ReferenceEquals(cut, trials))
        {
            cuts.Clear();
            cut = trials;
        }

        return cuts.TryGetValue(place, out RungCut? known) ? known : cuts[place] = make();
    }

    public static StoppingRule Of(Stopping stopping) => stopping switch
    {
        Stopping.Median => new MedianRule(),
        Stopping.Asha => new AshaRule(),
        Stopping.Hyperband => new HyperbandRule(),
        _ => new NoStopping(),
    };

    private sealed class NoStopping : StoppingRule
    {
        public override Verdict Of(SearchTerms terms, IReadOnlyList<SearchTrial> trials, int trial, bool isOver) => Verdict.Goes;
    }
}

/// <summary>What is to become of a paused trial: it goes on, is stopped for a reason, or waits.</summary>
/// <param name="IsReprieved">Whether it goes on although its mean alone would not let it.</param>
public sealed record Verdict(bool IsOn, string? Stopped = null, bool IsReprieved = false)
{
    public static Verdict Goes { get; } = new(true);

    public static Verdict Waits { get; } = new(false);
}
