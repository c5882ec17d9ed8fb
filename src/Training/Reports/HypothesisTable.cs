using System.Globalization;
using ViSurf.Sdk;

namespace ViSurf.Training.Reports;

/// <summary>Preregistered hypotheses beside what came out.</summary>
internal static class HypothesisTable
{
    public static ReportTable Of(IReadOnlyList<HypothesisOutcome> outcomes) => new(
        "Preregistered hypotheses (bold: supported)", ["", "claim", "gain", "p", "p (Holm)", "outcome"],
        [.. outcomes.Select(outcome => new ReportLine(outcome.Hypothesis.Name, [.. Cells(outcome)]))]);

    private static IEnumerable<ReportCell> Cells(HypothesisOutcome outcome)
    {
        bool isTested = !double.IsNaN(outcome.P);
        yield return new(Words(outcome.Hypothesis));
        yield return isTested
            ? new(StatisticCell.Number(outcome.Gain.Value), StatisticCell.Range(outcome.Gain))
            : new(StatisticCell.Missing);
        yield return new(isTested ? P(outcome.P) : StatisticCell.Missing);
        yield return new(isTested ? P(outcome.Holm) : StatisticCell.Missing);
        yield return new(!isTested ? "not tested" : outcome.IsSupported ? "supported" : "not supported", Bold: outcome.IsSupported);
    }

    private static string Words(HypothesisSpec hypothesis) => hypothesis.Claim == Claim.Better
        ? $"{hypothesis.Row} better than {hypothesis.Against} in {hypothesis.Measure}"
        : string.Create(CultureInfo.InvariantCulture,
            $"{hypothesis.Row} not worse than {hypothesis.Against} by {hypothesis.Margin} in {hypothesis.Measure}");

    private static string P(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
