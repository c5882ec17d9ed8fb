using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What the views of docs/sql.md promise to people with tools of their own.</summary>
public abstract partial class ViewsContract(StorageUnderTest storage) : StorageContract(storage)
{
    private static readonly string Page = File.ReadAllText(Repository.File("docs", "sql.md"));

    [Fact]
    public void Each_view_has_the_columns_that_the_page_tells_of()
    {
        string[] views = [.. Titles().Matches(Page).Select(match => match.Groups[1].Value)];
        Assert.Equal(6, views.Length);
        foreach (string view in views)
        {
            string[] told = [.. Columns().Matches(Page[Page.IndexOf($"## {view}\n", StringComparison.Ordinal)..].Split("\n## ")[0])
                .SelectMany(line => Names().Matches(line.Groups[1].Value)).Select(name => name.Groups[1].Value)];
            Assert.Equal(told.Order(), Ask($"SELECT * FROM {view}").Columns.Order());
        }
    }

    [Fact]
    public async Task Every_question_of_the_page_has_the_answer_that_the_stored_rows_give()
    {
        await StoreAsync();
        string[] questions = [.. Questions().Matches(Page).Select(match => match.Groups[1].Value)];
        Assert.Equal(
            [
                "sft,auroc,1,0.75,0.75,0.75;sft,harmonicMean,1,0.5,0.5,0.5",
                "", // there is no row of visurf
                "",
                "sft,1,0,0,0", // what nobody counted
                $"{Samples.Id(Samples.Order("broken"))},sft,1,0,it broke",
            ],
            questions.Select(question => Text(Ask(question))));
    }

    [Fact]
    public async Task A_step_s_metrics_are_a_row_each_with_every_experiment_that_shares_its_stage()
    {
        await StoreAsync();
        await AddAsync(Samples.Order("other"));
        string Steps(string sweep) => Text(Ask(
            $"SELECT method, seed, stage, stage_key, step, name, value FROM visurf_steps WHERE sweep = '{sweep}' ORDER BY step, name"));
        Assert.Equal("sft,1,sft,k-train,1,reward/mean,0.25;sft,1,sft,k-train,1,train/loss,-0.001;sft,1,sft,k-train,2,reward/mean,0.5",
            Steps("first"));
        Assert.Equal(Steps("first"), Steps("other"));
    }

    [Fact]
    public async Task An_experiment_s_row_tells_its_spec_and_when_it_was_stored()
    {
        string id = await AddAsync(Samples.Order("first"));
        Assert.Equal($"{id},mini-mix,models/tiny-base,queued,1772366400,",
            Text(Ask("SELECT experiment, benchmark, model, phase, " + Seconds("queued_at") + ", ended_at FROM visurf_experiments")));
        Assert.Contains("\"benchmark\"", Text(Ask("SELECT spec FROM visurf_experiments")), StringComparison.Ordinal);
    }

    /// <summary>A time as seconds since 1970.</summary>
    protected abstract string Seconds(string column);

    private async Task StoreAsync()
    {
        ExperimentOrder order = Samples.Order("first");
        await Experiments.WriteAsync(Samples.New(Samples.State(order)) with
        {
            StepsOf = "k-train",
            Steps = new(
            [
                new(1, """{"step":1,"digest":"d","metrics":{"reward/mean":0.25,"train/loss":-1e-3}}"""),
                new(2, """{"step":2,"digest":"d","metrics":{"reward/mean":0.5}}"""),
            ]),
            Stages =
            [
                new(Samples.Stage("k-train", Samples.Id(order), StageState.Done, Samples.Checkpoint(20)) with
                {
                    Result = Samples.TrainingResult("k-train"),
                }, StageCondition.IsFree),
            ],
        }, Stop);
        await PutResultAsync(order, 3, "k-evaluate", [1]);
        Dictionary<string, double> scores = new() { ["harmonicMean"] = 0.5, ["auroc"] = 0.75, ["thinkRate"] = 1 };
        await Outbox.CloseWithScoresAsync("ended", Samples.Id(order), 3, scores, Stop);
        ExperimentState failed = Samples.State(Samples.Order("broken"), Phase.Failed) with { Reason = "it broke" };
        await Experiments.WriteAsync(Samples.New(failed), Stop);
    }

    private (string[] Columns, List<object?[]> Rows) Ask(string question)
    {
        _ = Storage.Ports; // opened, and so of this version
        using ViSurfDb db = Storage.Contexts.CreateDbContext();
        db.Database.OpenConnection();
        using DbCommand command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = question;
        using DbDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        }

        return ([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], rows);
    }

    private static string Text((string[] Columns, List<object?[]> Rows) answer) => string.Join(';', answer.Rows.Select(row =>
        string.Join(',', row.Select(value => value is double or float or decimal
            ? Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("0.######", CultureInfo.InvariantCulture)
            : Convert.ToString(value, CultureInfo.InvariantCulture)))));

    [GeneratedRegex("(?m)^## (visurf_[a-z]+)$")]
    private static partial Regex Titles();

    [GeneratedRegex("(?m)^\\| (`[^|]*) \\|")]
    private static partial Regex Columns();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Names();

    [GeneratedRegex("(?ms)^```sql\n(.*?)^```")]
    private static partial Regex Questions();
}
