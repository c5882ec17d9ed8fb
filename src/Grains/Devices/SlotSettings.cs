using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What a node's slots are.</summary>
/// <param name="Node">The node's name: the same after a restart.</param>
/// <param name="Devices">The device of each slot: cpu:0, cuda:0.</param>
public sealed record SlotSettings(string Node, IReadOnlyList<string> Devices)
{
    /// <summary>What every slot of the node is besides: gpu, memory in GB, and whatever specs ask for.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IEnumerable<string> Ids() => Devices.Select(device => $"{Node}|{device}");

    /// <summary>The labels of a slot: its node, its device's class (cpu, cuda), and the node's own, which may say otherwise.</summary>
    public IReadOnlyDictionary<string, string> LabelsOf(string slotId)
    {
        Dictionary<string, string> labels = new() { ["node"] = NodeOf(slotId), ["device"] = DeviceOf(slotId).Split(':')[0] };
        foreach ((string name, string value) in Labels)
        {
            labels[name] = value;
        }

        return labels;
    }

    /// <summary>Reads labels from texts: name=value.</summary>
    /// <param name="source">Where they stand: an option.</param>
    /// <exception cref="Fault">SpecInvalid, naming the source.</exception>
    public static IReadOnlyDictionary<string, string> ReadLabels(IEnumerable<string> texts, string source)
    {
        Dictionary<string, string> labels = [];
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=');
            Fault.Unless(equals > 0 && equals < text.Length - 1, FaultCode.SpecInvalid, source, $"is '{text}'; allowed: name=value");
            ScheduleSpec.CheckName(text[..equals], source);
            Fault.Unless(labels.TryAdd(text[..equals], text[(equals + 1)..]), FaultCode.SpecInvalid, source,
                $"names '{text[..equals]}' twice");
        }

        return labels;
    }

    /// <summary>The device of a slot.</summary>
    public static string DeviceOf(string slotId) => slotId[(slotId.LastIndexOf('|') + 1)..];

    /// <summary>The node of a slot.</summary>
    public static string NodeOf(string slotId) => slotId[..Math.Max(0, slotId.LastIndexOf('|'))];
}
