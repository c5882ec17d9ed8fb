using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;

namespace ViSurf.Training.Reports;

/// <summary>Results of two experiments, or of two sweeps row by row, on the same items.</summary>
public static class Comparison
{
    private const string First = "first";
    private const string Second = "second";

    /// <param name="pairs">What stands in a line, with the results of each side, a seed each.</param>
    /// <param name="notes">What was left out before.</param>
    /// <exception cref="Fault">Conflict: the items differ. SpecInvalid: the test is over seeds and there is one.</exception>
    public static ComparisonView Of(
        string first, string second, IReadOnlyList<ComparedResults> pairs, ReportTest? asked, IReadOnlyList<string> notes)
    {
        bool isOverSeeds = pairs[0].First.Count > 1;
        ReportTest test = asked ?? (isOverSeeds ? ReportTest.PairedT : ReportTest.PairedBootstrap);
        Fault.Unless(isOverSeeds || !ContrastTests.IsOverSeeds(test), FaultCode.SpecInvalid, "test",
            $"is {ReportChoices.Word(test)}, over seeds, but each side has one seed; allowed: paired-bootstrap and others over items");
        List<(string Row, StudyTable Table, int Measure)> lines = [.. pairs.SelectMany(pair => Lines(pair.Row, Table(pair, second)))];

        IReadOnlyList<Contrast?> contrasts = Contrast.Corrected(
            [.. lines.Select(line => ContrastTests.Of(line.Table, test, new(First, Second), line.Measure))]);
        return new()
        {
            First = first,
            Second = second,
            Test = ReportChoices.Word(test),
            Over = ContrastTests.Over(test),
            Lines = [.. lines.Zip(contrasts, (line, contrast) => Line(line.Row, line.Table, line.Measure, contrast))],
            Notes = [.. notes, .. NotesOf(pairs[0], test, isOverSeeds)],
        };
    }

    private static StudyTable Table(ComparedResults pair, string second)
    {
        DemandSameItems(pair.First[0].Spec, pair.Second[0].Spec, second);
        Benchmark benchmark = Catalogs.Benchmarks.Make(pair.First[0].Spec.Data.Benchmark, "data.benchmark");
        Study study = new(pair.Row, [.. pair.First.Select(result => result.Spec.Seed)],
            [new(First, [.. pair.First.Select(Tested)]), new(Second, [.. pair.Second.Select(Tested)])], [],
            new Dictionary<string, Measurement>());
        return new(study, [.. Measure.For(benchmark), .. Measure.ForRetention(benchmark)]);
    }

    // What one side did not measure is no line.
    private static IEnumerable<(string Row, StudyTable Table, int Measure)> Lines(string row, StudyTable table) =>
        Enumerable.Range(0, table.Measures.Count)
            .Where(measure => table.Value(First, measure) is not null && table.Value(Second, measure) is not null)
            .Select(measure => (row, table, measure));

    // What was trained on differs from experiment to experiment.
    private static ExperimentResult Tested(ExperimentResult result) =>
        result with { Measurements = [.. result.Measurements.Where(one => one.Role != MeasurementRole.Trained)] };

    private static void DemandSameItems(ExperimentSpec one, ExperimentSpec other, string subject)
    {
        (string Field, string First, string Second)[] fields =
        [
            ("data.benchmark", one.Data.Benchmark, other.Data.Benchmark),
            ("evaluate.split", SpecJson.Word(one.Evaluate.Split), SpecJson.Word(other.Evaluate.Split)),
            ("evaluate.seed", $"{one.Evaluate.Seed}", $"{other.Evaluate.Seed}"),
            ("evaluate.items", $"{one.Evaluate.Items}", $"{other.Evaluate.Items}"),
            ("data.prompt", SpecJson.Word(one.Data.Prompt), SpecJson.Word(other.Data.Prompt)),
        ];
        foreach ((string field, string mine, string its) in fields)
        {
            Fault.Unless(mine == its, FaultCode.Conflict, subject,
                $"was measured otherwise: {field} is {its}, not {mine}; only the same items, asked alike, are compared");
        }
    }

    private static ComparedLine Line(string row, StudyTable table, int measure, Contrast? contrast)
    {
        double difference = table.Differences(First, Second, measure).Average();
        return new()
        {
            Row = row,
            Measure = table.Measures[measure].Name,
            First = table.BySeed(First, measure).Average(),
            Second = table.BySeed(Second, measure).Average(),
            Difference = difference,
            Low = contrast?.Difference.Low,
            High = contrast?.Difference.High,
            P = contrast?.P,
            Holm = contrast?.Holm,
        };
    }

    private static IEnumerable<string> NotesOf(ComparedResults pair, ReportTest test, bool isOverSeeds)
    {
        yield return isOverSeeds
            ? $"Seeds {string.Join(", ", pair.First.Select(result => result.Spec.Seed))}, paired."
            : "One seed a side: another seed can move every number further.";
        if (!ContrastTests.IsOverSeeds(test))
        {
            yield return $"Intervals and test are over {ContrastTests.Over(test)} and say nothing of other seeds.";
        }
    }
}

/// <summary>What is compared in one line.</summary>
/// <param name="First">One a seed.</param>
/// <param name="Second">Those of the same seeds; of two experiments each has its own.</param>
public sealed record ComparedResults(string Row, IReadOnlyList<ExperimentResult> First, IReadOnlyList<ExperimentResult> Second);
