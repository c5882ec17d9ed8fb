using System.Globalization;
using System.Text.Json.Nodes;

namespace ViSurf.Tests.Commands;

public class BenchTests
{
    [Fact]
    public void The_memory_bench_still_runs_and_recomputing_still_saves()
    {
        JsonArray report = Run("memory")["settings"]!.AsArray();
        double Peak(int row) => report[row]!["peakMiB"]!.GetValue<double>();
        Assert.True(Peak(1) < 0.75 * Peak(0), report.ToJsonString());
        Assert.Equal(0, report[1]!["gradientDifference"]!.GetValue<double>(), 1e-6);
    }

    [Fact]
    public void The_scheduler_s_bench_still_runs()
    {
        JsonNode report = Run("scheduler");
        Assert.True(report["rates"]!["200"]!["perSecond"]!.GetValue<double>() > 0);
        Assert.Equal(1000, report["rebuiltRows"]!.GetValue<int>());
        Assert.All(report["others"]!.AsArray(), other => Assert.True(
            other!["perSecond"] is { } rate ? rate.GetValue<double>() > 0 : ((string?)other["leftOut"])!.Contains("-rate: "),
            other.ToJsonString()));
    }

    [Fact]
    public void The_metrics_bench_still_runs_and_what_is_offered_is_stored()
    {
        JsonArray loads = Run("metrics")["sqlite"]!.AsArray();
        Assert.Equal(2, loads.Count);
        Assert.True(loads[1]!["stored"]!.GetValue<double>() > 500, loads.ToJsonString());
        Assert.True(loads[1]!["commit"]!["p50"]!.GetValue<double>() > 0, loads.ToJsonString());
    }

    [Fact]
    public void The_coverage_bench_still_runs_and_student_s_t_keeps_its_95_percent()
    {
        JsonArray settings = Run("coverage")["settings"]!.AsArray();
        Assert.Equal(2, settings.Count);
        Assert.All(settings, setting => Assert.InRange(
            setting!["coverage"]!["these items, other seeds"]!["t over seeds"]!.GetValue<double>(), 0.8, 1));
    }

    [Fact]
    public void The_checkpoints_bench_still_runs_and_counts_what_the_training_thread_waits()
    {
        JsonNode stages = Run("checkpoints")["stages"]!;
        Assert.All(["sft", "visurf"], stage => Assert.InRange(stages[stage]!["share"]!.GetValue<double>(), 1e-6, 0.5));
    }

    // In a process of its own: the most memory that a process used is a number of the process.
    [Fact]
    public void Reading_and_writing_a_model_takes_little_memory_beside_it()
    {
        JsonArray lines = Run("folders")["lines"]!.AsArray();
        Assert.Equal(4, lines.Count);
        Assert.All(lines.Take(2), line => Assert.InRange(line!["peakToSize"]!.GetValue<double>(), 0.5, 1.15)); // the model itself is in it
        Assert.All(lines.Skip(2), line => Assert.InRange(line!["peakToSize"]!.GetValue<double>(), 0, 0.6)); // the largest tensor
    }

    [Fact]
    public void The_sampling_bench_still_runs_and_a_shared_prompt_is_held_once()
    {
        JsonNode cases = Run("sampling")["cases"]!;
        Assert.True(cases["a prompt a row, copied"]!["tokensPerSecond"]!.GetValue<double>() > 0);
        Assert.True(cases["four rows a prompt, shared"]!["cacheBytes"]!.GetValue<long>() * 2
            < cases["four rows a prompt, copied"]!["cacheBytes"]!.GetValue<long>());
    }

    // On curves of a formula, in which the rate decides: a search that learns finds it.
    [Fact]
    public void The_search_bench_still_runs_and_tpe_finds_what_random_search_finds_later()
    {
        using Scratch scratch = new();
        JsonArray cells = JsonNode.Parse(Visurf.Run(scratch.Path, "plan", "sweeps/curves.yaml", "--json").Out)!["cells"]!.AsArray();
        IEnumerable<string> lines = from cell in cells.OfType<JsonNode>()
                                    where (string)cell["row"]! != "base"
                                    from part in Enumerable.Range(1, 8)
                                    from name in (string[])["harmonicMean", "pAcc"]
                                    let score = Score(Rate((string)cell["row"]!), part)
                                    select string.Create(CultureInfo.InvariantCulture,
                                        $"\"{cell["row"]}\",{cell["seed"]},{10 * part},dev/{name},{score:R}");
        string file = scratch.Write("curves.csv", string.Join('\n', lines.Prepend("row,seed,step,name,value")));
        JsonNode report = Run("search", "--curves", file)["measures"]!["HM"]!;
        Assert.Equal((216, 72), (report["curves"]!.GetValue<int>(), report["rows"]!.GetValue<int>()));
        double Found(string search) => report["searches"]![search]![3]!["found"]![0]!.GetValue<double>();
        Assert.True(Found("tpe") >= Found("random"));
        Assert.InRange(Found("random"), 0.2, report["best"]!.GetValue<double>());
    }

    [Fact]
    public void The_recorded_curves_are_those_of_the_sweep()
    {
        JsonNode measures = Run("search", "--curves", Repository.File("bench", "Search", "curves.csv"))["measures"]!;
        Assert.All(new[] { "HM", "pAcc" }, name => Assert.Equal(216, measures[name]!["curves"]!.GetValue<int>()));
        Assert.Equal([320, 960], measures["HM"]!["rungs"]!.AsArray().Select(rung => rung!["prompts"]!.GetValue<int>()));
        Assert.InRange(measures["HM"]!["rungs"]![0]!["zeros"]!.GetValue<double>(), 0.865, 0.875);
    }

    private static double Rate(string row) =>
        double.Parse(row.Split("sft.learningRate=")[1].Split(',')[0], CultureInfo.InvariantCulture);

    private static double Score(double rate, int part) =>
        Math.Exp(-Math.Pow(Math.Log10(rate) + 2.6, 2)) * (1 - Math.Exp(-part / 3.0));

    private static JsonNode Run(string bench, params string[] more)
    {
        using Scratch scratch = new();
        string program = Visurf.Folder.Replace(Path.Combine("src", "Cli"), "bench", StringComparison.Ordinal);
        (int code, string output, string error) = Visurf.RunProgram(
            Path.Combine(program, "ViSurf.Orleans.Bench"), scratch.Path,
            [bench, "--tiny", "--json", "--tokenizer", Repository.File("models", "tiny-base"), .. more]);
        Assert.True(code == 0, error);
        return JsonNode.Parse(output)!;
    }
}
