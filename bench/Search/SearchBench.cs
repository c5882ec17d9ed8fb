using ViSurf.Sdk;
using ViSurf.Training.Data;
using ViSurf.Training.Search;

namespace ViSurf.Bench.Search;

/// <summary>Samplers and stopping rules against random search, on recorded learning curves.</summary>
internal static class SearchBench
{
    private static readonly double[] Budgets = [2, 4, 8, 16, 32];
    private static readonly RungSpec Rungs = new() { At = [320, 960], Eta = 3 };

    // As steps are logged, and as reports call it.
    private static readonly (string Metric, string Measure)[] Measures = [("dev/harmonicMean", "HM"), ("dev/pAcc", "pAcc")];

    /// <param name="file">The recorded curves of sweeps/curves.yaml.</param>
    public static SearchReport Run(string file, bool isTiny)
    {
        SweepSpec spec = SpecText.ReadFile<SweepSpec>(Assets.Find("sweeps/curves.yaml"));
        int replays = isTiny ? 5 : 200;
        return new(replays, Budgets, [.. Measures.Select(one => Run(new(file, one.Metric), one.Measure, spec, replays))]);
    }

    private static SearchedMeasure Run(RecordedCurves curves, string measure, SweepSpec spec, int replays)
    {
        SearchPoint[] points = [.. spec.Expand().DistinctBy(cell => cell.Row).Where(cell => curves.Rows.Contains(cell.Row))
            .Select(cell => new SearchPoint(cell.Row, cell.Coordinates))];
        Fault.Unless(points.Length > 0, FaultCode.Conflict, spec.Name, "has no row among the recorded curves");
        Fault.Unless(spec.Seeds.Order().SequenceEqual(curves.Seeds), FaultCode.Conflict, spec.Name,
            $"has the seeds {string.Join(", ", spec.Seeds)}, and curves were recorded of {string.Join(", ", curves.Seeds)}");
        (string Name, SearchTerms Terms)[] searches = [.. Searches(measure)
            .Select(search => (search.Name, SearchTerms.Of(spec with { Draw = null, Search = search.Spec })))];
        IReadOnlyList<int> rungs = searches.MaxBy(search => search.Terms.LastRung).Terms.Rungs;
        return new(measure, curves, [.. rungs.SkipLast(1).Select(prompts => RungSight.Of(curves, prompts, rungs[^1]))],
        [
            .. searches.Select(search => new ReplayedSearch(search.Name, [.. Enumerable.Range(1, replays).Select(seed =>
                new SearchReplay(curves, points, search.Terms with { Spec = search.Terms.Spec with { Seed = seed } }).Run(Budgets))])),
        ]);
    }

    // Random search first: the others are compared with it.
    private static IEnumerable<(string Name, SearchSpec Spec)> Searches(string measure)
    {
        foreach ((SearchSampler sampler, Stopping stopping, double confidence) in ((SearchSampler, Stopping, double)[])
            [
                (SearchSampler.Random, Stopping.None, 0.8), (SearchSampler.Sobol, Stopping.None, 0.8),
                (SearchSampler.Tpe, Stopping.None, 0.8),
                (SearchSampler.Random, Stopping.Median, 0.8), (SearchSampler.Random, Stopping.Asha, 0.8),
                (SearchSampler.Random, Stopping.Asha, 0.5), (SearchSampler.Random, Stopping.Hyperband, 0.8),
                (SearchSampler.Tpe, Stopping.Asha, 0.8), (SearchSampler.Tpe, Stopping.Hyperband, 0.8),
            ])
        {
            string name = stopping == Stopping.None ? SpecJson.Word(sampler) : $"{SpecJson.Word(sampler)}, {SpecJson.Word(stopping)}";
            yield return (confidence == 0.5 ? $"{name}, means alone" : name, new()
            {
                Sampler = sampler,
                Stopping = stopping,
                Trials = 1000,
                AtOnce = 1,
                Measure = measure,
                Confidence = confidence,
                Rungs = stopping == Stopping.None ? null : Rungs,
            });
        }
    }
}
