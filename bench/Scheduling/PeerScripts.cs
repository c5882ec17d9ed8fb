using System.Diagnostics;
using System.Globalization;
using ViSurf.Sdk;
using ViSurf.Training.Data;

namespace ViSurf.Bench.Scheduling;

/// <summary>Schedulers of other kinds, on the same machine and the same nothing: what a script of eng/ says of each.</summary>
internal static class PeerScripts
{
    private const int NotInstalled = 3; // as the scripts end

    /// <returns>Jobs a second, from the first submit to the last end; null where it is not installed.</returns>
    /// <exception cref="Fault">Unavailable: it is installed, and did not run.</exception>
    public static OtherRate Run(string name, string script, int jobs)
    {
        ProcessStartInfo start = new(
            Path.GetFullPath(Assets.Find(Path.Combine("eng", script))), [jobs.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == NotInstalled)
        {
            return new(name, jobs, null, error.Result.Trim());
        }

        Fault.Unless(process.ExitCode == 0, FaultCode.Unavailable, script, $"ended with {process.ExitCode}: {error.Result.Trim()}");
        return new(name, jobs, double.Parse(output, CultureInfo.InvariantCulture), null);
    }
}

/// <param name="PerSecond">Null where it was left out.</param>
/// <param name="LeftOut">Why it was.</param>
internal sealed record OtherRate(string Name, int Jobs, double? PerSecond, string? LeftOut);
