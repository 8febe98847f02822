using Fireball.Cli.CommandLine;
using Fireball.Cli.Terminal;
using Fireball.Controller;

namespace Fireball.Cli;

/// <summary>A command in front: this process's standard streams and signals are the command's.</summary>
internal static class ExecSession
{
    /// <summary>
    /// After the first Ctrl-C (or SIGTERM) the command may tidy up and say something; then its group is killed. 2 s:
    /// long enough for that, short enough for the person who waits.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(HostChoice choice, ExecCommand command, bool noInput)
    {
        using var interruption = new Interruption();
        try
        {
            await using FireballHost host = HostOpener.Open(choice);
            ExecInput input = noInput ? ExecInput.None : InputSource.TakeFirst();
            await using FireballProcess process = await host.StartAsync(command, input, interruption.Token);
            using var graceTimer = new Timer(_ => process.Kill());
            interruption.Handle(signal => Forward(process, signal, graceTimer));
            IOException? inputFailure = null;
            if (input is { IsUsed: true, IsWhole: false })
            {
                InputSource.Pump(process.StandardInput, failure => inputFailure = failure);
            }

            if (!await CopyOutputAsync(process))
            {
                process.Kill();
                return ExitStatus.SignalBase + Signals.Pipe;
            }

            ExecExit exit = await process.WaitAsync(CancellationToken.None);
            if (inputFailure is not null)
            {
                Report.Failure($"{choice.Destination}: exec: standard input: {inputFailure.Message}");
            }

            if (exit.OutputOpen && !choice.Quiet)
            {
                Report.Failure($"{choice.Destination}: exec: something the command started still holds its output; what comes later is not shown");
            }

            return interruption.Signal != 0 ? interruption.ExitStatus : exit.ShellStatus;
        }
        catch (OperationCanceledException) when (interruption.Signal != 0)
        {
            return interruption.ExitStatus;
        }
        catch (FireballException) when (interruption.Signal != 0)
        {
            return interruption.ExitStatus;
        }
    }

    private static async Task<bool> CopyOutputAsync(FireballProcess process)
    {
        await foreach (ExecOutput output in process.ReadOutputAsync())
        {
            if (!await OutputSink.WriteAsync(output.IsError, output.Data))
            {
                return false;
            }
        }

        return true;
    }

    private static void Forward(FireballProcess process, int signal, Timer graceTimer)
    {
        if (!graceTimer.Change(Grace, Timeout.InfiniteTimeSpan))
        {
            return;
        }

        _ = ForwardAsync(process, signal);
    }

    private static async Task ForwardAsync(FireballProcess process, int signal)
    {
        try
        {
            await process.SignalAsync(signal);
        }
        catch (Exception failure) when (failure is ObjectDisposedException or OperationCanceledException)
        {
            // The command has ended, which is what the signal was for.
        }
    }
}
