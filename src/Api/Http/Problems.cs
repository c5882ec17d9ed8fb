using System.Text.Json;
using System.Text.Json.Serialization;
using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>What a problem document says.</summary>
/// <param name="Type">urn:visurf:problem: and the code.</param>
/// <param name="Title">The code in words.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Subject">What it is about: a field's path, an id, a header.</param>
/// <param name="Detail">What is wrong, and what is allowed.</param>
public sealed record Problem(string Type, string Title, int Status, FaultCode Code, string Subject, string Detail)
{
    /// <summary>What else is wrong, where several mistakes were found at once; at most 19.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OtherMistake>? Others { get; init; }
}

/// <param name="Subject">What it is about.</param>
/// <param name="Detail">What is wrong, and what is allowed.</param>
public sealed record OtherMistake(FaultCode Code, string Subject, string Detail);

/// <summary>Which fault is answered with which status.</summary>
internal static class Problems
{
    public const string MediaType = "application/problem+json";
    private const string RetryAfterSeconds = "2";

    /// <param name="isAboutSpec">Whether the request carried a spec: then a file that is missing or damaged is the spec's mistake.</param>
    public static int StatusOf(FaultCode code, bool isAboutSpec) => code switch
    {
        FaultCode.SpecInvalid => StatusCodes.Status400BadRequest,
        FaultCode.NotFound when isAboutSpec => StatusCodes.Status400BadRequest,
        FaultCode.NotFound => StatusCodes.Status404NotFound,
        FaultCode.FileDamaged when isAboutSpec => StatusCodes.Status422UnprocessableEntity,
        FaultCode.Conflict or FaultCode.LeaseLost => StatusCodes.Status409Conflict,
        FaultCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static Problem Of(Fault fault, int status)
    {
        string code = JsonNamingPolicy.CamelCase.ConvertName(fault.Code.ToString());
        OtherMistake[] others = [.. fault.Others.Select(other => new OtherMistake(other.Code, other.Subject, other.Reason))];
        return new($"urn:visurf:problem:{code}", Title(fault.Code), status, fault.Code, fault.Subject, fault.Reason)
        {
            Others = others.Length == 0 ? null : others,
        };
    }

    public static async Task WriteAsync(HttpContext context, Fault fault, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaType;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        await context.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(Of(fault, status), SpecJson.Options), context.RequestAborted);
    }

    private static string Title(FaultCode code) => code switch
    {
        FaultCode.SpecInvalid => "Something in the request is not allowed",
        FaultCode.NotFound => "Not found",
        FaultCode.FileDamaged => "A file is damaged",
        FaultCode.Conflict => "In conflict with what is stored",
        FaultCode.LeaseLost => "The lease is no longer valid",
        FaultCode.Unavailable => "Not available now",
        _ => "Training went wrong",
    };
}
