using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>Reads why an end, or a drain, is asked for.</summary>
internal static class ReasonBody
{
    private const int LettersMost = 1000;
    /// <exception cref="Fault">SpecInvalid, naming the field.</exception>
    public static async Task<string> ReadAsync(HttpRequest request, CancellationToken stop, string usual = "cancelled over HTTP")
    {
        string reason = (await SpecBody.ReadOptionalAsync<CancelRequest>(request, stop))?.Reason ?? usual;
        Fault.Unless(!string.IsNullOrWhiteSpace(reason) && reason.Length <= LettersMost, FaultCode.SpecInvalid, "reason",
            $"has {reason.Length} characters; allowed: 1 to {LettersMost}, not all of them blank");
        return reason;
    }
}
