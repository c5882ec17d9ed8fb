namespace ViSurf.Sdk;

/// <summary>A preregistration as it was stored.</summary>
/// <param name="Sha256">Of the canonical JSON of hypotheses, note and the ids of all experiments, in lower-case hexadecimal digits.</param>
/// <param name="Code">The version of the program that took it.</param>
/// <param name="RegisteredAt">When; none of the sweep's evaluations was stored by then.</param>
public sealed record PreregistrationView(string Sha256, string Code, DateTimeOffset RegisteredAt);
