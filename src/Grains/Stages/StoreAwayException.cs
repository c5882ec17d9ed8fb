using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>The checkpoint store did not do what it was asked, and not for what it was asked: it is away, or full.</summary>
public sealed class StoreAwayException(Fault fault) : Exception(fault.Message, fault);
