using ViSurf.Sdk;

namespace ViSurf.Training.Experiments;

/// <summary>Which training stages a method's name stands for. Measurement follows them all.</summary>
public static class MethodTable
{
    /// <summary>The model as it is: no stage.</summary>
    public const string Base = "base";

    private static readonly Dictionary<string, string[]> Stages = new()
    {
        [Base] = [],
        ["sft"] = ["sft"],
        ["sft-self-thought"] = ["sft-self-thought"],
        ["rlvr"] = ["rlvr"],
        ["sft-rlvr"] = ["sft", "rlvr"],
        ["visurf"] = ["visurf"],
        ["hpt"] = ["hpt"],
    };

    /// <summary>The stages, in order.</summary>
    /// <exception cref="Fault">SpecInvalid, listing the known names.</exception>
    public static IReadOnlyList<string> StagesOf(string method, string path)
    {
        Fault.Unless(Stages.TryGetValue(method, out string[]? stages), FaultCode.SpecInvalid, path,
            $"'{method}' is unknown; known: {string.Join(", ", Stages.Keys)}");
        return stages;
    }
}
