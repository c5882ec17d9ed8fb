using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Request = Azure.Core.Request;

namespace ViSurf.Tests.Servers.Blob;

/// <summary>What happens to a request.</summary>
internal enum Mishap
{
    None,

    /// <summary>It is answered with a status instead of being sent.</summary>
    Refused,

    /// <summary>It is done, and the answer is lost.</summary>
    AnswerLost,

    /// <summary>Nothing is heard of it.</summary>
    Silence,
}

/// <summary>A wire on which requests meet mishaps.</summary>
/// <param name="judge">What happens to a request, by its number and itself.</param>
internal sealed class UnsteadyWire(Func<int, Request, Mishap> judge, int status = 503, string code = "ServerBusy") : HttpPipelineTransport
{
    private static readonly HttpClientTransport Wire = HttpClientTransport.Shared;
    private readonly object gate = new();
    private int blocksUnderWay;

    public int Sent { get; private set; }

    /// <summary>The most blocks that were under way at a time, and the largest of them.</summary>
    public (int Count, long Bytes) BlocksMost { get; private set; }

    public bool IsSilentAtTimes { get; init; }

    public override Request CreateRequest() => Wire.CreateRequest();

    public override void Process(HttpMessage message) => ProcessAsync(message).AsTask().GetAwaiter().GetResult();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        bool isBlock = message.Request.Uri.Query.Contains("comp=block&", StringComparison.Ordinal);
        Mishap mishap = Begin(message.Request, isBlock);
        try
        {
            await PassAsync(message, mishap);
        }
        finally
        {
            lock (gate)
            {
                blocksUnderWay -= isBlock ? 1 : 0;
            }
        }
    }

    private Mishap Begin(Request request, bool isBlock)
    {
        lock (gate)
        {
            if (isBlock && request.Content!.TryComputeLength(out long bytes))
            {
                BlocksMost = (Math.Max(BlocksMost.Count, ++blocksUnderWay), Math.Max(BlocksMost.Bytes, bytes));
            }

            return judge(Sent++, request);
        }
    }

    private async Task PassAsync(HttpMessage message, Mishap mishap)
    {
        switch (mishap)
        {
            case Mishap.Refused:
                message.Response = new Answer(status, code) { ClientRequestId = message.Request.ClientRequestId };
                break;
            case Mishap.Silence:
                await new TaskCompletionSource().Task.WaitAsync(message.CancellationToken);
                break;
            default:
                await Wire.ProcessAsync(message);
                if (mishap == Mishap.AnswerLost)
                {
                    throw new IOException("the connection was reset");
                }

                break;
        }
    }

    private sealed class Answer(int status, string code) : Response
    {
        public override int Status => status;

        public override string ReasonPhrase => code;

        public override Stream? ContentStream { get; set; }

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose() => ContentStream?.Dispose();

        protected override bool ContainsHeader(string name) => name.Equals("x-ms-error-code", StringComparison.OrdinalIgnoreCase);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [new("x-ms-error-code", code)];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = ContainsHeader(name) ? code : null;
            return value is not null;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = ContainsHeader(name) ? [code] : null;
            return values is not null;
        }
    }
}
