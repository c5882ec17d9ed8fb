using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>How a <see cref="Fault"/> crosses a grain call: the same type, code, subject, reason and others on both ends.</summary>
[GenerateSerializer, Alias("visurf.Fault")]
public readonly record struct FaultSurrogate(
    [property: Id(0)] FaultCode Code, [property: Id(1)] string Subject, [property: Id(2)] string Reason,
    [property: Id(3)] FaultSurrogate[]? Others);

/// <summary>Turns faults into surrogates and back.</summary>
[RegisterConverter]
public sealed class FaultConverter : IConverter<Fault, FaultSurrogate>
{
    public Fault ConvertFromSurrogate(in FaultSurrogate surrogate) => Fault.Of(
        [new(surrogate.Code, surrogate.Subject, surrogate.Reason),
            .. (surrogate.Others ?? []).Select(other => ConvertFromSurrogate(other))]);

    public FaultSurrogate ConvertToSurrogate(in Fault value) => new(value.Code, value.Subject, value.Reason,
        value.Others.Count == 0 ? null : [.. value.Others.Select(other => ConvertToSurrogate(other))]);
}
