using ViSurf.Chaos.Run;

namespace ViSurf.Chaos.Faults;

/// <summary>One kind of mishap.</summary>
internal interface IFault
{
    string Name { get; }

    /// <summary>Lets it happen and heals it.</summary>
    /// <returns>Once what it hit is there again.</returns>
    Task InjectAsync(ChaosWorld world, CancellationToken stop);
}
