using System.Text;
using Microsoft.Net.Http.Headers;
using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>Reads the records that requests carry: JSON or YAML, with one dialect.</summary>
internal static class SpecBody
{
    public const int BytesMax = 1 << 20;

    /// <summary>A body up to so long is read to its end and refused with an answer; the connection of a longer one is cut.</summary>
    public const int BytesHeard = 8 * BytesMax;

    private const int BufferSize = 1 << 14;
    private const string Subject = "the body";
    public const string Json = "application/json";
    public static readonly string[] Allowed = [Json, "application/yaml", "text/yaml"];
    public static readonly string AllowedWords = $"{string.Join(", ", Allowed)}, in UTF-8";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="BadHttpRequestException">415 or 413.</exception>
    /// <exception cref="Fault">SpecInvalid, naming the path, the value and what is allowed.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken stop)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !Allowed.Contains(type.MediaType.ToString(), StringComparer.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            throw new BadHttpRequestException(
                $"Content-Type is '{request.ContentType}'; allowed: {AllowedWords}",
                StatusCodes.Status415UnsupportedMediaType);
        }

        string text = await TextAsync(request, stop);
        Fault.Unless(!type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) || text.AsSpan().TrimStart().StartsWith("{"),
            FaultCode.SpecInvalid, Subject, "is no JSON object");
        return SpecText.Read<T>(text, Subject);
    }

    /// <summary>The same, for a body that may be missing.</summary>
    public static async Task<T?> ReadOptionalAsync<T>(HttpRequest request, CancellationToken stop)
        where T : class =>
        request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0)
            ? null
            : await ReadAsync<T>(request, stop);

    private static async Task<string> TextAsync(HttpRequest request, CancellationToken stop)
    {
        using MemoryStream held = new();
        byte[] buffer = new byte[BufferSize];
        for (int read; (read = await request.Body.ReadAsync(buffer, stop)) > 0;)
        {
            if (held.Length + read > BytesMax)
            {
                throw new BadHttpRequestException(
                    $"the body is longer than {BytesMax} bytes, which is what is allowed", StatusCodes.Status413PayloadTooLarge);
            }

            held.Write(buffer, 0, read);
        }

        try
        {
            return Strict.GetString(held.GetBuffer(), 0, (int)held.Length).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException e)
        {
            throw new Fault(FaultCode.SpecInvalid, Subject, $"is not in UTF-8: {e.Message}", e);
        }
    }
}
