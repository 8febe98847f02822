using System.Diagnostics;
using System.Text;

namespace Fireball.Linux;

/// <summary>What descends from this process, by /proc. Without a /proc everything here finds nothing.</summary>
public static class ProcessTree
{
    /// <summary>
    /// Set in the environment of what shall outlive the agent. Marks all descendants too, wherever they went, also when
    /// those that started them are dead.
    /// </summary>
    public const string DetachMark = "FIREBALL_DETACHED=1";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);

    // Pauses double, so once one is this long SIGKILL has been tried for many seconds. Arbitrary.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    /// <summary>Living descendants of this process, zombies left out, parents before children.</summary>
    public static IReadOnlyList<ProcessEntry> Descendants()
    {
        var children = ReadAll().ToLookup(entry => entry.Parent);
        var found = new List<ProcessEntry>(children[Environment.ProcessId]);
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i].Pid]);
        }

        found.RemoveAll(entry => entry.State is 'Z' or 'X');
        return found;
    }

    /// <summary>Living descendants of one session.</summary>
    public static IReadOnlyList<ProcessEntry> OfSession(int session) =>
        [.. Descendants().Where(entry => entry.Session == session)];

    /// <summary>
    /// SIGTERM to all that <paramref name="find"/> finds, and SIGKILL to those that are there after
    /// <paramref name="grace"/>. Returns when it finds none.
    /// </summary>
    public static async Task TerminateAsync(Func<IReadOnlyList<ProcessEntry>> find, TimeSpan grace)
    {
        _ = Kill(find(), Signal.Term);
        await AwaitNoneAsync(find, grace).ConfigureAwait(false);
    }

    /// <summary>Waits until <paramref name="find"/> finds none; kills what is there after <paramref name="grace"/>.</summary>
    public static async Task AwaitNoneAsync(Func<IReadOnlyList<ProcessEntry>> find, TimeSpan grace)
    {
        // Nothing tells us of processes that are not our children, so this looks again at growing intervals; only while
        // there are any.
        var since = Stopwatch.GetTimestamp();
        for (var pause = FirstPause; find() is { Count: > 0 } left; pause *= 2)
        {
            var remaining = grace - Stopwatch.GetElapsedTime(since);
            if (remaining <= TimeSpan.Zero)
            {
                // One that cannot be killed is another user's (set-uid), or not to be interrupted (state D).
                if (Kill(left, Signal.Kill) == 0 || pause > LongestPause)
                {
                    return;
                }

                remaining = pause;
            }

            await Task.Delay(pause < remaining ? pause : remaining).ConfigureAwait(false);
        }
    }

    /// <summary>Sends each a signal.</summary>
    /// <returns>How many were there to receive it.</returns>
    public static int Kill(IEnumerable<ProcessEntry> processes, int signal) =>
        processes.Count(entry => NativeCalls.kill(entry.Pid, signal) == 0);

    /// <summary>The process carries <see cref="DetachMark"/>.</summary>
    public static bool IsDetached(ProcessEntry process)
    {
        try
        {
            var environment = File.ReadAllBytes($"/proc/{process.Pid}/environ").AsSpan();
            var mark = Encoding.ASCII.GetBytes(DetachMark + '\0');
            return environment.StartsWith(mark) || environment.IndexOf((ReadOnlySpan<byte>)[0, .. mark]) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's by now (set-uid): then there is nothing we could read or kill.
            return false;
        }
    }

    private static IEnumerable<ProcessEntry> ReadAll()
    {
        if (!Directory.Exists("/proc/self"))
        {
            yield break;
        }

        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (char.IsAsciiDigit(directory["/proc/".Length]) && TryRead(directory, out var entry))
            {
                yield return entry;
            }
        }
    }

    private static bool TryRead(string directory, out ProcessEntry entry)
    {
        try
        {
            return ProcessEntry.TryParse(File.ReadAllBytes(directory + "/stat"), out entry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            entry = default;
            return false;
        }
    }
}
