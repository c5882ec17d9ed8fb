using ViSurf.Sdk;

namespace ViSurf.Cli;

/// <summary>Turns errors into lines, one for each mistake, and an exit code.</summary>
internal static class Errors
{
    public const int Failed = 1;
    private const int BadInput = 2;
    private const int TryAgain = 3;
    private const int Stopped = 130; // as a shell reports Ctrl-C

    public static async Task<int> Report(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Fault fault)
        {
            foreach (Fault mistake in fault.Others.Prepend(fault))
            {
                await Console.Error.WriteLineAsync($"error: {mistake.Message}");
            }

            return CodeOf(fault.Code);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("stopped; the same command goes on from here");
            return Stopped;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return Failed;
        }
    }

    private static int CodeOf(FaultCode code) => code switch
    {
        FaultCode.Diverged or FaultCode.LeaseLost => Failed,
        FaultCode.Unavailable or FaultCode.DeviceLost => TryAgain,
        _ => BadInput,
    };
}
