namespace ViSurf.Sdk;

/// <summary>Asks for the end of a sweep or an experiment.</summary>
public sealed record CancelRequest
{
    /// <summary>Why, in 1 to 1000 characters.</summary>
    public string? Reason { get; init; }
}
