using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Grains;

/// <summary>Makes experiments of what a search decides.</summary>
public sealed class SearchOrders(SweepPlanner planner)
{
    /// <summary>The sweep with all that its search does next.</summary>
    /// <param name="trials">What is known of them.</param>
    /// <returns>The state with these trials, where nothing is to be done.</returns>
    public SweepState Advance(SweepState state, IReadOnlyList<SearchTrial> trials)
    {
        SearchTerms terms = SearchTerms.Of(state.Spec);
        List<ExperimentOrder> orders = [.. state.Orders];
        while (true)
        {
            IReadOnlyList<SearchTrial> next = SearchRules.Next(terms, trials);
            if (ReferenceEquals(next, trials))
            {
                return state with { Trials = trials, Orders = orders.Count == state.Orders.Count ? state.Orders : orders };
            }

            trials = Ordered(state, terms, orders, trials, next);
        }
    }

    /// <summary>Orders of what was sent to a rung since; a trial that cannot be planned there has failed.</summary>
    private SearchTrial[] Ordered(SweepState state, SearchTerms terms, List<ExperimentOrder> orders,
        IReadOnlyList<SearchTrial> before, IReadOnlyList<SearchTrial> next) => [.. next.Select((trial, i) =>
        {
            if (i < before.Count && before[i].Rungs.Count == trial.Rungs.Count)
            {
                return trial;
            }

            try
            {
                ExperimentOrder[] own = [.. terms.Cells(trial, trial.Last.Rung)
                    .Select((cell, seed) => planner.Order(state.Id, state.Spec, cell, orders.Count + seed))];
                orders.AddRange(own);
                return trial;
            }
            catch (Fault fault) when (fault.Code is FaultCode.SpecInvalid or FaultCode.NotFound or FaultCode.FileDamaged)
            {
                return Failed(trial, fault.Message);
            }
        })];

    private static SearchTrial Failed(SearchTrial trial, string reason) => trial with
    {
        Rungs = [.. trial.Rungs.SkipLast(1), trial.Last with { Seeds = [.. trial.Last.Seeds.Select(_ => new SeedOutcome(null, reason))] }],
    };
}
