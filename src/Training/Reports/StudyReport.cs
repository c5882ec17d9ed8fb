using System.Diagnostics;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;

namespace ViSurf.Training.Reports;

/// <summary>The tables and notes of a study, the same in every format.</summary>
public sealed class StudyReport
{
    private const string Subject = "visurf";
    private const string KnownPresent = "knownPresent"; // what the base was taught, under the task's own prompt
    private static readonly string[] CellNames = [KnownPresent, "knownAbsent", "newPresent", "newAbsent"];

    public StudyReport(Study study)
    {
        Study = study;
        Benchmark benchmark = Catalogs.Benchmarks.Make(study.Spec.Data.Benchmark, "data.benchmark");
        IReadOnlyList<Measure> measures = Measure.For(benchmark);
        IReadOnlyList<Measure> retention = Measure.ForRetention(benchmark);
        Table = new(study, [.. measures, .. retention]);
        string[] names = [.. measures.Select(measure => measure.Name)];
        string[] headline = [.. names.Except(CellNames)];
        Main = ReportTable.Values(study.Name, Table, headline, withCost: true);
        Tables =
        [
            ReportTable.Values("By cell", Table, [.. names.Intersect(CellNames)], withCost: false),
            .. study.Rows.Any(row => row.Label == Subject)
                ? (ReportTable[])[ReportTable.Differences($"{Subject} against the others (bold: the interval excludes 0)",
                    Table, Subject, headline)]
                : [],
            .. retention.Count > 0
                ? (ReportTable[])[ReportTable.Changes(
                    "What the base could: base, and the change against it (bold: the interval excludes 0)",
                    Table, [.. names.Intersect([KnownPresent]), .. retention.Select(measure => measure.Name)])]
                : [],
        ];
        Notes = [.. MakeNotes(study)];
    }

    public Study Study { get; }

    public StudyTable Table { get; }

    /// <summary>The table with the headline.</summary>
    public ReportTable Main { get; }

    public IReadOnlyList<ReportTable> Tables { get; }

    /// <summary>What a reader must know to read the tables.</summary>
    public IReadOnlyList<string> Notes { get; }

    private static IEnumerable<string> MakeNotes(Study study)
    {
        if (study.LeftOut.Count > 0)
        {
            yield return $"Left out, because not every seed has a result: {string.Join(", ", study.LeftOut)}.";
        }

        ExperimentSpec spec = study.Spec;
        string split = spec.Evaluate.Split == EvaluatedSplit.Test ? "test" : "dev";
        yield return $"Benchmark {spec.Data.Benchmark}, {split} split (seed {spec.Evaluate.Seed}), {spec.Evaluate.Items} items a cell "
            + $"and old task, greedy decoding with the prompt of training; base model {spec.Model.Path}.";
        yield return study.Seeds.Count == 1
            ? $"One seed ({study.Seeds[0]}): intervals are 95 % bootstrap intervals over items only; "
                + "another seed can move every number further."
            : $"Seeds {string.Join(", ", study.Seeds)}: intervals are 95 % t intervals over seeds, items averaged within each; "
                + "those of base and trivial policies are over items.";
        yield return "HM is the harmonic mean of P-acc (the thing is shown) and N-acc (it is not). Bold: the best trained row, "
            + "where the interval of its lead over the next one excludes 0.";
        yield return $"Reported checkpoint: {Rule(spec.Evaluate.Checkpoint)}. "
            + "CPU-s is processor time of training, measurements during training excluded; it differs from machine to machine.";
        if (study.Rows.Any(row => row.Results[0].Stages.Count > 1))
        {
            yield return "sft-rlvr is the whole SFT baseline and then as many prompts of RLVR: its prompts, tokens and CPU-s "
                + "count both stages, though the SFT stage is trained once for both rows.";
        }
    }

    private static string Rule(CheckpointRule rule) => rule switch
    {
        CheckpointRule.Last => "the last; nothing is selected",
        _ => throw new UnreachableException($"no words for {rule}"),
    };
}
