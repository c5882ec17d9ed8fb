using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>Which part of a list is asked for.</summary>
internal sealed record Part([FromQuery(Name = "after")] string? After, [FromQuery(Name = "max")] int? Max)
{
    private const int MaxMost = 1000;
    private const int MaxUsual = 100;

    /// <summary>Reads a part, and whether there is another.</summary>
    /// <param name="read">Reads at most so many items.</param>
    /// <param name="keyOf">What the next part begins after.</param>
    public async Task<IResult> PageAsync<T>(
        HttpRequest request, Func<int, ValueTask<IReadOnlyList<T>>> read, Func<T, string> keyOf)
    {
        int max = Max ?? MaxUsual;
        Fault.Unless(max is >= 1 and <= MaxMost, FaultCode.SpecInvalid, "max", $"is {max}; allowed: 1 to {MaxMost}");
        IReadOnlyList<T> items = await read(max + 1);
        string? next = items.Count > max ? Link(request, keyOf(items[max - 1])) : null;
        return Results.Json(new Page<T>([.. items.Take(max)], next), SpecJson.Options);
    }

    /// <summary>A list that is never long.</summary>
    public static IResult Whole<T>(IReadOnlyList<T> items) => Results.Json(new Page<T>(items, null), SpecJson.Options);

    private static string Link(HttpRequest request, string after)
    {
        QueryBuilder query = new(request.Query.Where(pair => !pair.Key.Equals("after", StringComparison.OrdinalIgnoreCase)))
        {
            { "after", after },
        };
        return $"{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{query.ToQueryString()}";
    }
}
