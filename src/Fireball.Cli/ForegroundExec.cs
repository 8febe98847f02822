using Fireball.Controller;
using Fireball.Linux;
using Fireball.Programs;

namespace Fireball.Cli;

/// <summary>
/// A command in front: this process's standard streams are the command's. Ctrl-C cancels the call, upon which the agent
/// ends the command's whole process group (TERM, 5 s, KILL). Not by forwarding SIGINT: what a shell runs in its
/// background ignores that one, and outlives the shell.
/// </summary>
internal static class ForegroundExec
{
    public static async Task<int> RunAsync(HostChoice choice, ExecCommand command, bool noInput)
    {
        using var interruption = new Interruption();
        try
        {
            await using FireballHost host = HostOpener.Open(choice);
            ExecInput input = (noInput ? ExecInput.None : InputSource.TakeFirst()) with { WithoutSignals = true };
            await using FireballProcess process = await host.StartAsync(command, input, interruption.Token);
            IOException? inputFailure = null;
            if (input is { IsUsed: true, IsWhole: false })
            {
                InputSource.Pump(process.StandardInput, failure => inputFailure = failure);
            }

            if (!await CopyOutputAsync(process))
            {
                process.Kill();
                return Signal.StatusBase + Signal.Pipe;
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
}
