using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>Single requests: what goes wrong on the way or at the other end becomes a <see cref="Fault"/>.</summary>
internal sealed class HttpCalls
{
    private const string ProblemType = "application/problem+json";

    // A newer server may say more than this client knows.
    private static readonly JsonSerializerOptions Lenient = MakeLenient();

    private readonly HttpClient http;

    public HttpCalls(HttpClient http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("has no BaseAddress; the address of a ViSurf server is wanted", nameof(http));
        }

        this.http = http;
    }

    public async Task<T> GetAsync<T>(string path, CancellationToken stop)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        return await ReadAsync<T>(request, stop).ConfigureAwait(false);
    }

    public async Task<T> SendAsync<T>(HttpMethod method, string path, object body, string? idempotencyKey, CancellationToken stop)
    {
        using HttpRequestMessage request = new(method, path)
        {
            Content = new StringContent(JsonSerializer.Serialize(body, SpecJson.Options), Encoding.UTF8, "application/json"),
        };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await ReadAsync<T>(request, stop).ConfigureAwait(false);
    }

    public async Task<string> TextAsync(string path, CancellationToken stop)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        using HttpResponseMessage response = await AnswerAsync(request, stop).ConfigureAwait(false);
        return await TextAsync(response, stop).ConfigureAwait(false);
    }

    public async Task<byte[]> BytesAsync(string path, CancellationToken stop)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        using HttpResponseMessage response = await AnswerAsync(request, stop).ConfigureAwait(false);
        return await ReadAsync(response, content => content.ReadAsByteArrayAsync(stop)).ConfigureAwait(false);
    }

    /// <summary>Follows nextLink to the end of a list.</summary>
    public async IAsyncEnumerable<T> ListAsync<T>(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        for (string? next = path; next is not null;)
        {
            Page<T> page = await GetAsync<Page<T>>(next, stop).ConfigureAwait(false);
            foreach (T item in page.Items)
            {
                yield return item;
            }

            next = page.NextLink;
        }
    }

    /// <summary>The answer once its head is there, if it is a success.</summary>
    public async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken stop)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw Unavailable(e.Message, e);
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException)
        {
            throw Unavailable($"no answer within {http.Timeout}", e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ProblemAsync(response, stop).ConfigureAwait(false);
        }
    }

    public static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, Lenient)!;

    public Fault Unavailable(string reason, Exception? cause = null) =>
        new(FaultCode.Unavailable, http.BaseAddress!.ToString(), $"does not answer as a ViSurf server: {reason}", cause);

    private async Task<T> ReadAsync<T>(HttpRequestMessage request, CancellationToken stop)
    {
        using HttpResponseMessage response = await AnswerAsync(request, stop).ConfigureAwait(false);
        string json = await TextAsync(response, stop).ConfigureAwait(false);
        try
        {
            return Parse<T>(json);
        }
        catch (JsonException e)
        {
            throw Unavailable($"{request.RequestUri}: {e.Message}", e);
        }
    }

    private Task<string> TextAsync(HttpResponseMessage response, CancellationToken stop) =>
        ReadAsync(response, content => content.ReadAsStringAsync(stop));

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, Func<HttpContent, Task<T>> read)
    {
        try
        {
            return await read(response.Content).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unavailable(e.Message, e);
        }
    }

    private async Task<Fault> ProblemAsync(HttpResponseMessage response, CancellationToken stop)
    {
        MediaTypeHeaderValue? type = response.Content.Headers.ContentType;
        string text = await TextAsync(response, stop).ConfigureAwait(false);
        try
        {
            if (type?.MediaType == ProblemType && Parse<Problem>(text) is { Code: { } code, Subject: { } subject } problem)
            {
                Fault first = new(code, subject, problem.Detail ?? problem.Title ?? "is refused");
                return Fault.Of(
                    [first, .. (problem.Others ?? []).Select(other => new Fault(other.Code ?? code, other.Subject, other.Detail))]);
            }
        }
        catch (JsonException e)
        {
            return Unavailable($"its problem document is none: {e.Message}", e);
        }

        return Unavailable($"{(int)response.StatusCode} {response.ReasonPhrase}");
    }

    private static JsonSerializerOptions MakeLenient()
    {
        JsonSerializerOptions options = new(SpecJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };
        options.MakeReadOnly();
        return options;
    }

    private sealed record Problem(FaultCode? Code, string? Subject, string? Title, string? Detail, IReadOnlyList<Other>? Others);

    private sealed record Other(FaultCode? Code, string Subject, string Detail);
}
