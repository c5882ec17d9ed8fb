using ViSurf.Sdk;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>Which rows a report compares, and by which test.</summary>
/// <param name="Subject">The row of interest.</param>
/// <param name="Against">The only one that it is compared with; null where that is all.</param>
internal sealed record RowComparison(string Subject, string? Against, ReportTest Test, IReadOnlyList<RowPair> Pairs, double? Margin)
{
    private const string Usual = "visurf";

    public string Title => $"{Subject} against {Against ?? "the others"}";

    /// <param name="original">The study, a row a row of the sweep.</param>
    /// <param name="study">As it is shown.</param>
    /// <exception cref="Fault">SpecInvalid: a row that is not there, or a test over seeds where each row has one.</exception>
    public static RowComparison Of(Study original, Study study, ReportChoices choices)
    {
        bool isBySeed = study.RowSeeds.Count > 0;
        string[] known = [.. (isBySeed ? original : study).Rows.Select(row => row.Label)];
        string subject = Row(choices.Subject, "subject", known) ?? Usual;
        string? against = Row(choices.Against, "against", [.. known, "base"]);
        bool wantsPairs = choices.Test is not (null or ReportTest.None) || against is not null;
        Fault.Unless(!wantsPairs || known.Contains(subject), FaultCode.SpecInvalid, "subject",
            $"is to be named, because no row is '{subject}'; allowed: {string.Join(", ", known)}");
        Fault.Unless(against != subject, FaultCode.SpecInvalid, "against",
            $"is '{against}', the subject itself; allowed: {string.Join(", ", known.Append("base").Except([subject]))}");
        ReportTest test = choices.Test ?? (study.Seeds.Count > 1 ? ReportTest.PairedT : ReportTest.None);
        Fault.Unless(!ContrastTests.IsOverSeeds(test) || study.Seeds.Count > 1, FaultCode.SpecInvalid, "test",
            $"is {ReportChoices.Word(test)}, over seeds, but each row has one seed; allowed: "
            + string.Join(", ", Enum.GetValues<ReportTest>().Where(one => !ContrastTests.IsOverSeeds(one)).Select(ReportChoices.Word)));
        Fault.Unless(choices.Margin is null || study.Seeds.Count > 1, FaultCode.SpecInvalid, "margin",
            "is tested over seeds, but each row has one seed; two seeds or more are wanted");
        Fault.Unless(test != ReportTest.McNemar || study.Rows.All(row => row.Members == 1), FaultCode.SpecInvalid, "test",
            "is mcnemar, which pairs single answers, but a row is the mean of several; allowed: rows row or seed");
        return new(subject, against, test, [.. Pair(study, subject, against)], choices.Margin);
    }

    /// <summary>Refuses a test that none of the measures allows, and one that a named measure does not.</summary>
    /// <exception cref="Fault">SpecInvalid.</exception>
    public void DemandTested(IReadOnlyList<Measure> shown, ReportChoices choices)
    {
        Measure? wrong = shown.FirstOrDefault(measure => measure.Items is null);
        bool isWrong = wrong is not null && (choices.Measures.Count > 0 || shown.All(measure => measure.Items is null));
        Fault.Unless(!ContrastTests.WantsItems(Test) || !isWrong, FaultCode.SpecInvalid, "measure",
            $"is {wrong?.Name}, which is no mean of single answers as {ReportChoices.Word(Test)} wants it; "
            + "allowed: pAcc, nAcc, accuracy and others that are");
    }

    /// <summary>The subject against the row that was named, in measures where more or less is better.</summary>
    public IReadOnlyList<MarginTest> NonInferiorities(StudyTable table, IReadOnlyList<int> measures) => Margin is not { } margin ? [] :
    [
        .. from pair in Pairs
           from measure in measures
           let higher = table.Measures[measure].HigherIsBetter
           where higher is not null
           let differences = table.Differences(pair.Row, pair.Other, measure)
           where !differences.Any(double.IsNaN)
           select new MarginTest(pair, table.Measures[measure].Title,
               NonInferiority.Of([.. differences.Select(difference => higher == true ? difference : -difference)], margin)),
    ];

    private static string? Row(string? label, string name, string[] known)
    {
        Fault.Unless(label is null || known.Contains(label), FaultCode.SpecInvalid, name,
            $"is '{label}'; allowed: {string.Join(", ", known)}");
        return label;
    }

    // A row with one seed is compared with the others of that seed.
    private static IEnumerable<RowPair> Pair(Study study, string subject, string? against)
    {
        bool isBySeed = study.RowSeeds.Count > 0;
        string NameOf(StudyRow row) => isBySeed ? row.Of[0] : row.Label;
        return
            from row in study.Rows
            where NameOf(row) == subject
            let others = study.Rows.Where(other => NameOf(other) != subject && (against is null || NameOf(other) == against)
                && (!isBySeed || other.Results[0].Spec.Seed == row.Results[0].Spec.Seed)).Select(other => other.Label)
            from other in study.Base.Count > 0 && (against is null or "base") ? others.Prepend("base") : others
            select new RowPair(row.Label, other);
    }
}

/// <summary>Whether a row is worse than another by less than a margin.</summary>
public sealed record MarginTest(RowPair Pair, string Measure, NonInferiority Test);
