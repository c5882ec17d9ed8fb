using ViSurf.Sdk;

namespace ViSurf.Api.Http;

/// <summary>Reads why an end is asked for.</summary>
internal static class CancelBody
{
    private const int LettersMost = 1000;
    private const string Usual = "cancelled over HTTP";

    /// <exception cref="Fault">SpecInvalid, naming the field.</exception>
    public static async Task<string> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        string reason = (await SpecBody.ReadOptionalAsync<CancelRequest>(request, stop))?.Reason ?? Usual;
        Fault.Unless(!string.IsNullOrWhiteSpace(reason) && reason.Length <= LettersMost, FaultCode.SpecInvalid, "reason",
            $"has {reason.Length} characters; allowed: 1 to {LettersMost}, not all of them blank");
        return reason;
    }
}
