namespace ViSurf.Sdk;

/// <summary>Asks that a sweep's experiments which failed or were cancelled are run again.</summary>
public sealed record RetryRequest
{
    /// <summary>Whether those that were cancelled stay so.</summary>
    public bool FailedOnly { get; init; }
}
