using System.Diagnostics;

namespace Fireball.Linux;

/// <content>The kill ladder.</content>
public sealed partial class ChildProcess
{
    /// <summary>How long a process may take to act on SIGTERM before SIGKILL (design 7).</summary>
    public static readonly TimeSpan TerminationGrace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Ends the process and its session: SIGTERM to the group, <paramref name="grace"/>, SIGKILL to the group, and SIGKILL
    /// to whatever else of the session is left. Returns when the process has exited and nothing of its session is left. Its output can be taken meanwhile.
    /// </summary>
    public async Task TerminateAsync(TimeSpan grace)
    {
        var since = Stopwatch.GetTimestamp();
        _ = Signal(Linux.Signal.Term);
        try
        {
            await Exited.WaitAsync(grace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _ = Signal(Linux.Signal.Kill);
            await Exited.ConfigureAwait(false);
        }

        // The rest of the group had the same SIGTERM and has what is left of the same time.
        var left = grace - Stopwatch.GetElapsedTime(since);
        await ProcessTree.AwaitNoneAsync(() => ProcessTree.OfSession(Pid), left).ConfigureAwait(false);
    }
}
