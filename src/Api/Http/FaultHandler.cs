using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Orleans.Serialization;
using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>Marks endpoints whose body is a spec.</summary>
internal sealed record TakesSpec;

/// <summary>Answers every error with a problem document.</summary>
internal sealed partial class FaultHandler(ILogger<FaultHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        Endpoint? endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        bool isAboutSpec = endpoint?.Metadata.GetMetadata<TakesSpec>() is not null;
        Fault fault = exception switch
        {
            Fault known => known,
            BadHttpRequestException refused => new(FaultCode.SpecInvalid, "the request", refused.Message),
            IOException or DbException => new(FaultCode.Unavailable, "the store", exception.Message),
            // An error that cannot cross a process says no more than silence does.
            TimeoutException or Orleans.Runtime.OrleansException or SerializerException =>
                new(FaultCode.Unavailable, "the cluster", exception.Message),
            _ => new(FaultCode.Unavailable, "the server", "made a mistake; its log says which"),
        };
        int status = exception switch
        {
            BadHttpRequestException refused => refused.StatusCode,
            Fault or IOException or DbException or TimeoutException or Orleans.Runtime.OrleansException or SerializerException =>
                Problems.StatusOf(fault.Code, isAboutSpec),
            _ => StatusCodes.Status500InternalServerError,
        };
        if (status >= StatusCodes.Status500InternalServerError)
        {
            LogFailed(exception, context.Request.Method, context.Request.Path);
        }

        await Problems.WriteAsync(context, fault, status);
        return true;
    }

    /// <summary>Gives answers without a body, such as those of the router, their document.</summary>
    public static Task WriteStatusAsync(StatusCodeContext answer)
    {
        HttpContext context = answer.HttpContext;
        int status = context.Response.StatusCode;
        Fault fault = status switch
        {
            StatusCodes.Status404NotFound => new(FaultCode.NotFound, context.Request.Path, "is no resource of this server"),
            StatusCodes.Status405MethodNotAllowed => new(FaultCode.SpecInvalid, context.Request.Method,
                $"is no method of {context.Request.Path}; allowed: {context.Response.Headers.Allow}"),
            StatusCodes.Status415UnsupportedMediaType => new(FaultCode.SpecInvalid, "Content-Type",
                $"is '{context.Request.ContentType}'; allowed: {SpecBody.AllowedWords}"),
            _ => new(FaultCode.SpecInvalid, "the request", ReasonPhrases.GetReasonPhrase(status)),
        };
        return Problems.WriteAsync(context, fault, status);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFailed(Exception exception, string method, string path);
}
