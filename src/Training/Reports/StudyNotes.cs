using System.Diagnostics;
using System.Globalization;
using ViSurf.Sdk;

namespace ViSurf.Training.Reports;

/// <summary>What a reader must know to read a study's tables.</summary>
internal sealed class StudyNotes(Study study, ReportChoices choices, ReportTest test)
{
    public IReadOnlyList<string> Write(IReadOnlyList<Contrast> contrasts, IReadOnlyList<MarginTest> margins) =>
        [.. OfStudy(), .. OfPreregistration(), .. OfStatistic(), .. OfContrasts(contrasts), .. margins.Select(OfMargin)];

    private IEnumerable<string> OfStudy()
    {
        if (study.LeftOut.Count > 0)
        {
            yield return $"Left out, because not every seed has a result: {string.Join(", ", study.LeftOut)}.";
        }

        ExperimentSpec spec = study.Spec;
        string split = spec.Evaluate.Split == EvaluatedSplit.Test ? "test" : "dev";
        yield return $"Benchmark {spec.Data.Benchmark}, {split} split (seed {spec.Evaluate.Seed}), {spec.Evaluate.Items} items a cell "
            + $"and old task, greedy decoding with the prompt of training; base model {spec.Model.Path}.";
        yield return study.RowSeeds.Count > 1
            ? "A row has one seed: its intervals are 95 % bootstrap intervals over items only."
            : study.Seeds.Count == 1
            ? $"One seed ({study.Seeds[0]}): intervals are 95 % bootstrap intervals over items only; "
                + "another seed can move every number further."
            : $"Seeds {string.Join(", ", study.Seeds)}: intervals are 95 % t intervals over seeds, items averaged within each; "
                + "those of base and trivial policies are over items.";
        yield return "HM is the harmonic mean of P-acc (the thing is shown) and N-acc (it is not). Bold: the best trained row, "
            + "where the interval of its lead over the next one excludes 0.";
        if (Catalogs.Benchmarks.Make(spec.Data.Benchmark, "data.benchmark").Metrics.Any(metric => metric.Name == "auroc"))
        {
            yield return "Absent, AUROC: how often an item without the thing gets a higher log-probability of the answer [] than one with "
                + "it, ties half; .5 knows nothing. '-' where results were stored before it was measured.";
        }

        yield return $"Reported checkpoint: {Rule(spec.Evaluate.Checkpoint)}. "
            + "CPU-s is processor time of training, measurements during training excluded; it differs from machine to machine.";
        if (study.Rows.Any(row => row.Results[0] is { Stages.Count: > 1, Spec.Branch: null }))
        {
            yield return "sft-rlvr is the whole SFT baseline and then as many prompts of RLVR: its prompts, tokens and CPU-s "
                + "count both stages, though the SFT stage is trained once for both rows.";
        }
    }

    private IEnumerable<string> OfPreregistration()
    {
        if (study.Preregistered is { Taken: { } taken } registered)
        {
            yield return $"Hypotheses were stored {taken.RegisteredAt:u}, before any of these experiments was evaluated; "
                + $"sha256 {taken.Sha256}, code {taken.Code}. p is that of Student's paired t over seeds, corrected after Holm for all of "
                + "them together; of a row that is not to be worse, p is twice the one-sided one of a loss of the margin.";
            if (registered.Spec.Note is { } note)
            {
                yield return $"Said with them: {note}";
            }
        }
    }

    private IEnumerable<string> OfStatistic()
    {
        foreach (StudyRow row in study.Rows.Where(row => row.Members > 1))
        {
            yield return $"{row.Label}: of each seed the mean over {string.Join("; ", row.Of)}; the interval is over seeds.";
        }

        if (choices.Columns == ReportColumns.Cost)
        {
            yield return CostTable.Bill(study);
            yield return "A row's costs are means over seeds, all of its stages counted. device-h: hours that the steps held their slot's "
                + "device, a GPU or a core. peak MiB: the most memory that any stage of any seed was seen with while it trained, of a GPU "
                + "what its driver counts as used, on the processor what the whole process held; '<=' where other stages of the process "
                + "are in it. '-' where an earlier version did not count.";
        }

        if (choices.Statistic == ReportStatistic.Median)
        {
            yield return "Values are medians over seeds; bold goes by the mean.";
        }

        if (choices.Statistic == ReportStatistic.MeanStd)
        {
            yield return study.Seeds.Count > 1
                ? "After \u00b1 stands the sample's standard deviation over seeds, which says how far one run may be off, not the mean."
                : "A row has one seed, and so no deviation over seeds.";
        }
    }

    private IEnumerable<string> OfContrasts(IReadOnlyList<Contrast> contrasts)
    {
        if (contrasts.Count == 0)
        {
            yield break;
        }

        Contrast first = contrasts[0];
        string subject = contrasts.Select(contrast => contrast.Row).Distinct().Count() == 1 ? first.Row : "these rows";
        string star = $"A star: p < .05 by {Words(test)}, corrected after Holm for all {contrasts.Count} differences of {subject}. ";
        double[] seen = [.. contrasts.Where(contrast => contrast.Measure == first.Measure).Select(contrast => contrast.Detectable)
            .OfType<double>()];
        yield return star + (test switch
        {
            ReportTest.PairedT => string.Create(CultureInfo.InvariantCulture,
                    $"So many seeds find a difference of {seen.Min():0.000} to {seen.Max():0.000} ")
                + $"in {first.Measure} four times in five, depending on the row; smaller ones are mostly not seen.",
            ReportTest.Wilcoxon => string.Create(CultureInfo.InvariantCulture,
                $"With {study.Seeds.Count} seeds p is {Math.Pow(2, 1 - study.Seeds.Count):0.####} at the least before the correction."),
            ReportTest.McNemar when study.Seeds.Count > 1 => "Every seed's answer to an item counts as a pair of its own; they are alike, "
                + "so it finds too much. Intervals are over items; neither says anything of another seed.",
            _ => $"Intervals of differences are over {ContrastTests.Over(test)}; "
                + "neither they nor the test say anything of another seed.",
        });
        if (ContrastTests.WantsItems(test) && choices.Measures.Count == 0)
        {
            yield return "What is no mean of single answers, as HM, is not tested; its intervals are the usual ones.";
        }
    }

    private static string OfMargin(MarginTest one) => string.Create(CultureInfo.InvariantCulture,
        $"{one.Pair.Row} is {(one.Test.Holds ? "" : "not shown to be ")}non-inferior to {one.Pair.Other} in {one.Measure} by the margin ")
        + string.Create(CultureInfo.InvariantCulture, $"{one.Test.Margin:0.###}: it is better by {one.Test.Difference:0.000}, one-sided ")
        + string.Create(CultureInfo.InvariantCulture, $"97.5 % bound of the paired t over seeds {one.Test.Bound:0.000}.");

    private static string Words(ReportTest test) => test switch
    {
        ReportTest.PairedT => "Student's paired t over seeds",
        ReportTest.Wilcoxon => "Wilcoxon's signed ranks over seeds",
        ReportTest.WilcoxonItems => "Wilcoxon's signed ranks over items, each averaged over seeds",
        ReportTest.McNemar => "McNemar's exact test of right and wrong answers",
        ReportTest.PairedBootstrap => "a paired bootstrap over items",
        ReportTest.ClusteredBootstrap => "a paired bootstrap over concepts, each with its items",
        _ => throw new UnreachableException($"no words for {test}"),
    };

    private static string Rule(CheckpointRule rule) => rule switch
    {
        CheckpointRule.Last => "the last; nothing is selected",
        _ => throw new UnreachableException($"no words for {rule}"),
    };
}
