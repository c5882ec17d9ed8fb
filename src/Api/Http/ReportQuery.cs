using Microsoft.AspNetCore.Mvc;
using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>How a report is asked for.</summary>
internal sealed record ReportQuery(
    [FromQuery(Name = "format")] string? Format,
    [FromQuery(Name = "rows")] string? Rows,
    [FromQuery(Name = "cols")] string? Cols,
    [FromQuery(Name = "stat")] string? Stat,
    [FromQuery(Name = "test")] string? Test,
    [FromQuery(Name = "measure")] string? Measure,
    [FromQuery(Name = "subject")] string? Subject,
    [FromQuery(Name = "against")] string? Against,
    [FromQuery(Name = "margin")] string? Margin)
{
    /// <exception cref="Fault">SpecInvalid, naming the parameter and what is allowed.</exception>
    public ReportChoices Choices() => ReportChoices.Read(name => name switch
    {
        "rows" => Rows,
        "cols" => Cols,
        "stat" => Stat,
        "test" => Test,
        "measure" => Measure,
        "subject" => Subject,
        "against" => Against,
        _ => Margin,
    });
}
