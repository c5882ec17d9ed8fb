using System.Globalization;
using System.Text.RegularExpressions;

namespace ViSurf.Grains;

/// <summary>What a checkpoint's name says: s/{stage key}/{experiment}/f{fence}-s{step}.</summary>
public sealed partial record BlobName(string StageKey, string Experiment, long Fence)
{
    /// <summary>The parts of a name; null where it is none of a checkpoint's.</summary>
    public static BlobName? Read(string name) =>
        Form().Match(name) is { Success: true } match
            && long.TryParse(match.Groups[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long fence)
                ? new(match.Groups[1].Value, match.Groups[2].Value, fence)
                : null;

    [GeneratedRegex(@"^s/([^/]+)/([^/]+/[^/]+)/f([0-9]+)-s[0-9]+\z")]
    private static partial Regex Form();
}
