using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>An answer whose ETag is the hash of its content; 304 where the client has it already.</summary>
internal sealed class Tagged(byte[] content, string contentType) : IResult
{
    private const int TagDigits = 16;

    public static Tagged Json<T>(T value) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, SpecJson.Options), "application/json; charset=utf-8");

    public static Tagged File(byte[] content, string contentType) => new(content, contentType);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        EntityTagHeaderValue tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..TagDigits]}\"");
        httpContext.Response.Headers.ETag = tag.ToString();
        httpContext.Response.Headers.CacheControl = "no-cache";
        if (httpContext.Request.GetTypedHeaders().IfNoneMatch
            .Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        httpContext.Response.ContentType = contentType;
        httpContext.Response.ContentLength = content.Length;
        await httpContext.Response.Body.WriteAsync(content, httpContext.RequestAborted);
    }
}
