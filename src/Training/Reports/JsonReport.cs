using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Statistics;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>A study as JSON: every value and interval of every row, what it cost, and the tables as people read them.</summary>
public static class JsonReport
{
    public static string Write(StudyReport report) => Make(report).ToJsonString(new(SpecJson.Options) { WriteIndented = true }) + "\n";

    public static JsonObject Make(StudyReport report)
    {
        JsonObject all = new()
        {
            ["name"] = report.Study.Name,
            ["benchmark"] = report.Study.Spec.Data.Benchmark,
            ["seeds"] = new JsonArray([.. report.Study.AllSeeds.Select(seed => (JsonNode)seed)]),
            ["intervals"] = report.Table.IsOverSeeds ? "t over seeds" : "bootstrap over items",
            ["rows"] = new JsonArray([.. report.Table.Labels.Select(line => Row(report, line.Label, line.Kind))]),
            ["contrasts"] = new JsonArray([.. report.Contrasts.Select(one => Contrasted(one, report.Test))]),
            ["tables"] = JsonSerializer.SerializeToNode<ReportTable[]>([report.Main, .. report.Tables], SpecJson.Options),
            ["notes"] = new JsonArray([.. report.Notes.Select(note => (JsonNode)note)]),
        };
        if (report.NonInferior.Count > 0)
        {
            all["nonInferiority"] = new JsonArray([.. report.NonInferior.Select(Margin)]);
        }

        if (report.Hypotheses.Count > 0)
        {
            all["hypotheses"] = new JsonArray([.. report.Hypotheses.Select(Claimed)]);
        }

        return all;
    }

    private static JsonNode Claimed(HypothesisOutcome outcome)
    {
        JsonObject all = JsonSerializer.SerializeToNode(outcome.Hypothesis, SpecJson.Options)!.AsObject();
        all["gain"] = Of(outcome.Gain);
        all["p"] = Finite(outcome.P);
        all["holm"] = Finite(outcome.Holm);
        all["isSupported"] = outcome.IsSupported;
        return all;
    }

    /// <summary>{value, low, high}; an unknown bound is null.</summary>
    public static JsonObject Of(Interval interval) => new()
    {
        ["value"] = Finite(interval.Value),
        ["low"] = Finite(interval.Low),
        ["high"] = Finite(interval.High),
    };

    private static JsonObject Row(StudyReport report, string label, LineKind kind)
    {
        JsonObject metrics = [];
        for (int measure = 0; measure < report.Table.Measures.Count; measure++)
        {
            if (report.Table.Value(label, measure) is { } value)
            {
                metrics[report.Table.Measures[measure].Name] = Of(value);
            }
        }

        JsonObject row = new() { ["row"] = label, ["kind"] = kind.ToString().ToLowerInvariant(), ["metrics"] = metrics };
        if (report.Study.Rows.FirstOrDefault(one => one.Label == label) is { } trained)
        {
            row["experiments"] = new JsonArray([.. trained.Results.Select(Experiment)]);
        }

        return row;
    }

    private static JsonNode Experiment(ExperimentResult result)
    {
        StageCost cost = result.Cost();
        return new JsonObject
        {
            ["id"] = result.Id,
            ["seed"] = result.Spec.Seed,
            ["stages"] = new JsonArray([.. result.Stages.Select(stage => (JsonNode)stage.Key)]),
            ["prompts"] = cost.Prompts,
            ["tokens"] = cost.TokensSampled + cost.TokensTrained,
            ["cpuSeconds"] = cost.CpuSeconds,
            ["peakBytes"] = cost.PeakBytes > 0 ? cost.PeakBytes : null,
            ["isPeakShared"] = cost.IsPeakShared,
        };
    }

    private static JsonObject Contrasted(Contrast contrast, ReportTest test)
    {
        JsonObject all = new()
        {
            ["row"] = contrast.Row,
            ["other"] = contrast.Other,
            ["measure"] = contrast.Measure,
            ["difference"] = Of(contrast.Difference),
            ["p"] = contrast.P,
            ["holm"] = contrast.Holm,
        };
        if (contrast is { EffectSize: { } effect, Detectable: { } detectable })
        {
            all["effectSize"] = Finite(effect);
            all["detectable"] = detectable;
        }
        else
        {
            all["test"] = ReportChoices.Word(test);
        }

        return all;
    }

    private static JsonNode Margin(MarginTest one) => new JsonObject
    {
        ["row"] = one.Pair.Row,
        ["other"] = one.Pair.Other,
        ["measure"] = one.Measure,
        ["margin"] = one.Test.Margin,
        ["better"] = one.Test.Difference,
        ["bound"] = one.Test.Bound,
        ["p"] = one.Test.P,
        ["isNonInferior"] = one.Test.Holds,
    };

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;
}
