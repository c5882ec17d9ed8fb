using System.Diagnostics;

namespace ViSurf.Tests.Chart;

/// <summary>Runs helm on the chart.</summary>
internal static class Helm
{
    public static readonly string Chart = Repository.File("deploy", "helm", "visurf");

    // Cold, 34 MB are fetched.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly Lazy<string> Program = new(() =>
    {
        (int code, string output, string error) = Run(Repository.File("eng", "get-helm"));
        Assert.True(code == 0, error);
        return output.Trim();
    });

    public static string Values(string name) => Path.Combine(Chart, "ci", $"{name}-values.yaml");

    /// <summary>Runs helm from the root of the checkout, with no cluster to speak to.</summary>
    public static (int Code, string Output, string Error) Run(params string[] arguments) => Run(Program.Value, arguments);

    private static (int Code, string Output, string Error) Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["KUBECONFIG"] = "/dev/null";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(Longest), $"{program} {string.Join(' ', arguments)} does not end");
        return (process.ExitCode, output, error.Result);
    }
}
