using ViSurf.Sdk;

namespace ViSurf.Silo;

/// <summary>What a silo that is a whole cluster by itself needs to know.</summary>
public sealed record SiloSettings
{
    /// <summary>The folder that holds everything: the database, the checkpoints.</summary>
    public required string StateFolder { get; init; }

    /// <summary>One-thread slots; as many as cores where nothing is said.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>auto, cpu, cuda or cuda:N: the devices of the slots. auto is every GPU, and threads where there is none.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>What every slot is besides its node and device: gpu, memory, whatever specs ask for.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether more slots than cores are meant.</summary>
    public bool Force { get; init; }

    /// <summary>The name of this node: the same after a restart, so that its slots are the same.</summary>
    public string Node { get; init; } = Environment.MachineName;

    /// <exception cref="Fault">SpecInvalid, naming the setting.</exception>
    public SiloSettings Checked()
    {
        Fault.Unless(Slots is >= 1 and <= 1024, FaultCode.SpecInvalid, "--slots", $"is {Slots}; allowed: 1 to 1024");
        Fault.Unless(Force || Slots <= Environment.ProcessorCount, FaultCode.SpecInvalid, "--slots",
            $"is {Slots}, and each slot is a thread that keeps a core busy; allowed: 1 to {Environment.ProcessorCount}, "
                + "the cores of this machine, or more with --force");
        return this;
    }
}
