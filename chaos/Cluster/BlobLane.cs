using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ViSurf.Chaos.Cluster;

/// <summary>Hands requests on to a blob service, and can fail some of them, be slow, or say that the service is full.</summary>
internal sealed partial class BlobLane(Uri service) : IAsyncDisposable
{
    private const string Full = "InsufficientStorage";
    private static readonly string[] OfTheConnection = ["Transfer-Encoding", "Connection", "Keep-Alive"];
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private WebApplication? app;
    private volatile LaneState state = LaneState.Clear;
    private int asked;

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

    /// <summary>Requests that came.</summary>
    public int Asked => Volatile.Read(ref asked);

    public LaneState State
    {
        get => state;
        set => state = value;
    }

    /// <summary>The endpoint that a connection string names.</summary>
    public static Uri EndpointOf(string connection) => new(Endpoint().Match(connection).Groups[1].Value);

    /// <summary>The connection string that leads through a lane.</summary>
    public static string Through(string connection, Uri lane) =>
        Endpoint().Replace(connection, match => $"BlobEndpoint={new Uri(lane, new Uri(match.Groups[1].Value).AbsolutePath)}");

    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddRouting();
        app = builder.Build();
        app.Urls.Add(Address.ToString());
        app.Run(HandleAsync);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        LaneState now = state;
        int number = Interlocked.Increment(ref asked);
        if (now.Wait > TimeSpan.Zero)
        {
            await Task.Delay(now.Wait, TimeProvider.System, context.RequestAborted);
        }

        bool isWrite = context.Request.Method is "PUT" or "POST";
        if ((now.IsFull && isWrite) || (now.FailEvery > 0 && number % now.FailEvery == 0))
        {
            context.Response.StatusCode = now.IsFull ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers["x-ms-error-code"] = now.IsFull ? Full : "ServerBusy";
            return;
        }

        await HandOnAsync(context);
    }

    private async Task HandOnAsync(HttpContext context)
    {
        using HttpRequestMessage request = new(new(context.Request.Method),
            new Uri(service, $"{context.Request.Path}{context.Request.QueryString}"));
        if (context.Request.ContentLength is > 0 || context.Request.Headers.ContainsKey("Transfer-Encoding"))
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        foreach ((string name, var values) in context.Request.Headers)
        {
            if (!OfTheConnection.Contains(name) && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        using HttpResponseMessage answer = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!OfTheConnection.Contains(name))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified) && context.Request.Method != "HEAD")
        {
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    [GeneratedRegex("BlobEndpoint=([^;]+)")]
    private static partial Regex Endpoint();
}

/// <summary>How a lane is.</summary>
/// <param name="FailEvery">Every so manyth request is refused in passing; 0 refuses none.</param>
/// <param name="Wait">Before each request.</param>
/// <param name="IsFull">Nothing more can be written.</param>
internal sealed record LaneState(int FailEvery = 0, TimeSpan Wait = default, bool IsFull = false)
{
    public static LaneState Clear { get; } = new();
}
