using System.Diagnostics;

namespace Fireball.Posix;

/// <content>The kill ladder.</content>
public sealed partial class ChildProcess
{
    /// <summary>How long a process may take to act on SIGTERM before SIGKILL (design 7).</summary>
    public static readonly TimeSpan TerminationGrace = TimeSpan.FromSeconds(5);

    // First pause between two looks for what is left of a session whose leader is gone; doubles each time.
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Ends the process and its session: SIGTERM to the group, <paramref name="grace"/>, SIGKILL to the group, and SIGKILL
    /// to whatever else of the session is left. Returns when the process has exited. Its output is not read any more.
    /// </summary>
    public async Task TerminateAsync(TimeSpan grace)
    {
        var since = Stopwatch.GetTimestamp();
        _ = Signal(Posix.Signal.Term);
        Abandon();
        try
        {
            await Exited.WaitAsync(grace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _ = Signal(Posix.Signal.Kill);
            await Exited.ConfigureAwait(false);
        }

        // The rest of the group had the same SIGTERM. Nothing tells us of processes that are not our children, so this
        // looks again at growing intervals, only here and only while there are any.
        for (var pause = FirstLook; ProcessTree.OfSession(Pid).Count > 0; pause *= 2)
        {
            var left = grace - Stopwatch.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
            {
                ProcessTree.KillSession(Pid);
                return;
            }

            await Task.Delay(pause < left ? pause : left).ConfigureAwait(false);
        }
    }
}
