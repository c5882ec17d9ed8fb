using System.Globalization;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>How checkpoints are named: s/{stage key}/{experiment}/f{fence}-s{step}.</summary>
internal static class CheckpointName
{
    /// <summary>What all names begin with.</summary>
    public const string Root = "s/";

    public static string Of(string stageKey, Lease lease, int step) => Checked($"{FolderOf(stageKey, lease)}/f{lease.Fence}-s{step}");

    public static string FolderOf(string stageKey, Lease lease) => $"{Root}{stageKey}/{lease.ExperimentId}";

    /// <summary>The fence in a name's last part. What has another name was not saved here, and stays: its fence is the greatest.</summary>
    public static long FenceOf(string last) => last.IndexOf("-s", StringComparison.Ordinal) is > 1 and int end && last[0] == 'f'
        && long.TryParse(last.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long fence)
            ? fence
            : long.MaxValue;

    /// <summary>The name. Sweeps are named by people: none leads out of the folder.</summary>
    /// <exception cref="Fault">SpecInvalid: it is no name of a checkpoint.</exception>
    public static string Checked(string blob)
    {
        Fault.Unless(Array.TrueForAll(blob.Split('/'), IsName), FaultCode.SpecInvalid, blob,
            "is no name of a checkpoint; allowed: parts between slashes, none of them empty, '.' or '..', "
            + "without backslashes or control characters");
        return blob;
    }

    private static bool IsName(string part) => part.Length > 0 && part is not ("." or "..")
        && !part.Any(letter => letter == '\\' || char.IsControl(letter));
}
