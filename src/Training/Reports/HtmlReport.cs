using System.Net;
using System.Text;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>A study as one HTML file that needs nothing else: tables, curves, example answers.</summary>
public static class HtmlReport
{
    private const int ExamplesOfCell = 3;

    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 1200px; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
        table { border-collapse: collapse; margin: 1rem 0; }
        th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd; text-align: right; }
        th:first-child, td:first-child { text-align: left; } small { display: block; color: #666; font-size: 11px; }
        .scroll { overflow-x: auto; } .figures { display: flex; flex-wrap: wrap; gap: 1rem; }
        figure { margin: 0; } figcaption { font-size: 13px; }
        .answers td { vertical-align: top; text-align: left; max-width: 196px; overflow-wrap: anywhere; }
        .answers td { font: 11px/1.3 ui-monospace, monospace; }
        .answers img { display: block; } .right { color: #00703c; } .wrong { color: #b00020; }
        """;

    /// <param name="steps">The steps of each row's last training stage, first seed.</param>
    /// <param name="items">The examples of the task's measurement.</param>
    public static string Write(StudyReport report, IReadOnlyList<(string Label, IReadOnlyList<StepRecord> Steps)> steps,
        ExampleSource items)
    {
        StringBuilder html = new();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.Append($"<title>{Text(report.Study.Name)}</title><style>{Style}</style></head><body>");
        html.Append($"<h1>{Text(report.Study.Name)}</h1>");
        Append(html, report.Main);
        html.Append("<ul>").AppendJoin("", report.Notes.Select(note => $"<li>{Text(note)}</li>")).Append("</ul>");
        foreach (ReportTable table in report.Tables)
        {
            html.Append($"<h2>{Text(table.Title)}</h2>");
            Append(html, table);
        }

        html.Append("<h2>Curves</h2><p>First seed; per-step values are means of 25 steps.</p><div class=\"figures\">");
        foreach ((string title, string svg) in Curves.Draw(steps))
        {
            html.Append($"<figure>{svg}<figcaption>{Text(title)}</figcaption></figure>");
        }

        html.Append("</div><h2>Example answers</h2><p>The first test items of each cell. White: the label. Coloured: the answer.</p>");
        AppendAnswers(html, report, items);
        return html.Append("</body></html>\n").ToString();
    }

    private static void Append(StringBuilder html, ReportTable table)
    {
        html.Append("<div class=\"scroll\"><table><tr>").AppendJoin("", table.Columns.Select(column => $"<th>{Text(column)}</th>"))
            .Append("</tr>");
        foreach (ReportLine line in table.Lines)
        {
            html.Append($"<tr><td>{Text(line.Label)}</td>").AppendJoin("", line.Cells.Select(Cell)).Append("</tr>");
        }

        html.Append("</table></div>");
    }

    private static string Cell(ReportCell cell) =>
        $"<td>{(cell.Bold ? $"<b>{Text(cell.Value)}</b>" : Text(cell.Value))}<small>{Text(cell.Interval)}</small></td>";

    private static void AppendAnswers(StringBuilder html, StudyReport report, ExampleSource items)
    {
        Benchmark benchmark = Catalogs.Benchmarks.Make(report.Study.Spec.Data.Benchmark, "data.benchmark");
        (string Label, Measurement Task)[] rows =
        [
            ("base", report.Study.Base.Single(one => one.Role == MeasurementRole.Task)),
            .. report.Study.Rows.Select(row => (row.Label, row.Results[0].Task())),
        ];
        html.Append("<div class=\"scroll\"><table class=\"answers\"><tr><th>asked</th>")
            .AppendJoin("", rows.Select(row => $"<th>{Text(row.Label)}</th>")).Append("</tr>");
        foreach (int item in rows[0].Task.Items.Index().GroupBy(pair => pair.Item.Cell)
            .SelectMany(cell => cell.Take(ExamplesOfCell)).Select(pair => pair.Index))
        {
            Example example = items.At(item);
            var truth = benchmark.ReadTruth(example.Solution, new(example.Picture.Width, example.Picture.Height), example.Id);
            html.Append($"<tr><td>{Text(example.Problem)}<br>{Text(example.Cell ?? "")}</td>");
            for (int row = 0; row < rows.Length; row++)
            {
                ItemScore score = rows[row].Task.Items[item];
                string picture = AnswerPictures.Draw(example.Picture, truth, score.Output, row + 7);
                string verdict = score.Score == 1 ? "right" : "wrong";
                html.Append($"<td class=\"{verdict}\"><img alt=\"\" src=\"{picture}\">{Text(score.Output)}</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</table></div>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
