using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>What a sweep may not say beside a search.</summary>
internal static class SearchCheck
{
    private static readonly string[] Scored = ["evaluate", CoordinateNames.BenchmarkPath];
    private static readonly string[] Resource = ["sft.prompts", "rl.prompts"];

    public static void CheckWhole(Mistakes wrong, SweepSpec spec, JsonObject? @base)
    {
        SearchSpec search = spec.Search!;
        search.Check(wrong, "search");
        wrong.Unless(spec.Rows.Count == 0, "rows", "stand beside search, which makes rows; allowed: axes and variants");
        wrong.Unless(spec.Preregistration is null, "preregistration",
            "stands beside search, whose rows are chosen by their scores; allowed: with a sweep that tests what was found");
        JsonNode? split = SpecPath.Get(@base, "evaluate.split");
        wrong.Unless(split is not null && AxisValues.Text(split) == SpecJson.Word(EvaluatedSplit.Dev), "base.evaluate.split",
            $"is {(split is null ? "test, where nothing is said" : AxisValues.Text(split))}; allowed: dev, as what is chosen by its "
                + "score is scored too high, and test items that were looked at are none");
        foreach (string field in (string[])["rungs", "branch"])
        {
            wrong.Unless(SpecPath.Get(@base, field) is null, $"base.{field}", "is given by the search");
        }
    }

    public static void CheckAxes(Mistakes wrong, SweepSpec spec, IReadOnlyList<SearchAxis> axes)
    {
        SearchSpec search = spec.Search!;
        IEnumerable<(string Path, string At)> set = axes.Select(axis => (axis.Path, $"axes.{axis.Name}")).Concat(
            (spec.Variants ?? new Dictionary<string, IReadOnlyDictionary<string, JsonNode>>()).SelectMany(variant =>
                variant.Value.Keys.Select(path => (CoordinateNames.PathOf(path), $"variants.{variant.Key}.{path}"))));
        foreach ((string path, string at) in set)
        {
            wrong.Unless(!Scored.Any(field => SpecPath.IsWithin(path, field)), at, "is searched; trials are compared on the same items");
            wrong.Unless(search.Rungs is null || !Resource.Contains(path), at,
                "is searched, and rungs are counted in prompts; allowed: where stopping is none");
            wrong.Unless(path is not ("rungs" or "branch") && !path.StartsWith("branch.", StringComparison.Ordinal), at,
                "is given by the search");
        }

        foreach (SearchAxis axis in axes.Where(axis => search.Sampler == SearchSampler.Grid && axis.Count is null))
        {
            wrong.Add($"axes.{axis.Name}", "is drawn, and the sampler is grid; allowed: values, range, logRange, or another sampler");
        }

        wrong.Unless(search.Sampler != SearchSampler.Sobol || axes.Count <= SearchSpace.SobolMost, "search.sampler",
            $"is sobol, with {axes.Count} axes; allowed: up to {SearchSpace.SobolMost}, or another sampler");
    }
}
