namespace ViSurf.Api;

/// <summary>What a server that holds everything in one process needs to know.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>The folder that holds everything; made where it is missing, held by one process at a time.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Where it listens, on loopback only: whoever reaches it may do everything. Port 0 takes a free one.</summary>
    public string Address { get; init; } = "http://127.0.0.1:0";

    /// <summary>One-thread slots; as many as cores where nothing is said.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>auto, cpu, cuda or cuda:N: the devices of the slots. auto is every GPU, and threads where there is none.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>What every slot is besides its node and device: gpu, memory, whatever specs ask for.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether more slots than cores are meant.</summary>
    public bool Force { get; init; }

    /// <summary>Adds or exchanges parts, once all others are added.</summary>
    public Action<IServiceCollection>? Parts { get; init; }
}
