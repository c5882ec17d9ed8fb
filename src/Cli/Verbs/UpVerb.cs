using System.CommandLine;
using ViSurf.Api;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf up: a server in this process, in the foreground.</summary>
internal static class UpVerb
{
    public static Command Make()
    {
        Option<string> state = Flag.Optional("--state", "Folder that holds everything the server stores.", ".visurf");
        Option<int> port = Flag.Optional("--port", "Port on 127.0.0.1; 0 takes a free one.", 5180);
        HostFlags host = new();
        Command command = new("up", "Starts a server in the foreground; Ctrl-C stops it, and it goes on when it is started again.")
        {
            state, port,
        };
        host.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            int asked = parsed.GetValue(port);
            Fault.Unless(asked is >= 0 and <= 65535, FaultCode.SpecInvalid, "--port", $"is {asked}; allowed: 0 to 65535");
            await using EmbeddedHost server = await host.StartAsync(parsed, parsed.GetValue(state)!, asked, stop);
            Console.Out.WriteLine($"{server.Address} is ready");
            await EndAsync(stop, server.Stopping);
            if (!stop.IsCancellationRequested)
            {
                throw new Fault(FaultCode.Unavailable, $"{server.Address}", "a part of the server failed, and it stops");
            }

            await Console.Error.WriteLineAsync("stops: running stages write a checkpoint first");
            return 0;
        });
        return command;
    }

    private static async Task EndAsync(CancellationToken asked, CancellationToken failed)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration whenAsked = asked.Register(() => ended.TrySetResult());
        await using CancellationTokenRegistration whenFailed = failed.Register(() => ended.TrySetResult());
        await ended.Task;
    }
}
