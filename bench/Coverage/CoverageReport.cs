using System.Text;
using System.Text.Json;
using ViSurf.Sdk;

namespace ViSurf.Bench.Coverage;

/// <summary>The shares of simulations in which each interval held each true difference.</summary>
/// <param name="Coverage">By target, by interval.</param>
internal sealed record CoveredSetting(int Seeds, double Deviation, IReadOnlyList<IReadOnlyList<double>> Coverage)
{
    /// <summary>What the true difference is of.</summary>
    public static IReadOnlyList<string> Targets { get; } =
        ["these models, other items and concepts", "these items, other seeds", "other seeds, items and concepts"];

    public static IReadOnlyList<string> Intervals { get; } =
        ["t over seeds", "items", "concepts (clustered)", "seeds and items (hierarchical)"];
}

/// <param name="Simulations">Of each setting.</param>
internal sealed record CoverageReport(int Simulations, IReadOnlyList<CoveredSetting> Settings) : IReport
{
    private const double Nominal = 0.95;

    // Two standard errors of a share of so many simulations.
    private double Least => Nominal - (2 * Math.Sqrt(Nominal * (1 - Nominal) / Simulations));

    public string Json() => JsonSerializer.Serialize(new
    {
        nominal = Nominal,
        least = Least,
        simulations = Simulations,
        items = SimulatedRows.Items,
        concepts = SimulatedRows.Concepts,
        settings = Settings.Select(setting => new
        {
            setting.Seeds,
            setting.Deviation,
            coverage = CoveredSetting.Targets.Zip(setting.Coverage).ToDictionary(target => target.First,
                target => CoveredSetting.Intervals.Zip(target.Second).ToDictionary(pair => pair.First, pair => pair.Second)),
        }),
    }, SpecJson.Options);

    public string Text()
    {
        StringBuilder text = new();
        foreach ((int target, string name) in CoveredSetting.Targets.Index())
        {
            text.Append($"True difference of {name}\n\n| seeds | deviation | ").AppendJoin(" | ", CoveredSetting.Intervals)
                .Append(" |\n|--:|--:|").Insert(text.Length, "--:|", CoveredSetting.Intervals.Count).Append('\n');
            foreach (CoveredSetting setting in Settings)
            {
                text.Append($"| {setting.Seeds} | {setting.Deviation:0.00} | ")
                    .AppendJoin(" | ", setting.Coverage[target].Select(Share)).Append(" |\n");
            }

            text.Append('\n');
        }

        return text.Append($"{Simulations} simulations, {SimulatedRows.Items} items of {SimulatedRows.Concepts} concepts. ")
            .Append($"'short': below {Least:0.000}, which is {Nominal} less two standard errors.\n").ToString();
    }

    private string Share(double share) => share < Least ? $"{share:0.000} short" : $"{share:0.000}";
}
