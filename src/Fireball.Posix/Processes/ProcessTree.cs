using System.Text;

namespace Fireball.Posix;

/// <summary>What descends from this process, by /proc. Without a /proc everything here finds nothing.</summary>
public static class ProcessTree
{
    /// <summary>
    /// Set in the environment of what shall outlive the agent. Marks all descendants too, wherever they went, also when
    /// those that started them are dead.
    /// </summary>
    public const string DetachMark = "FIREBALL_DETACHED=1";

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

    /// <summary>Kills the living descendants of one session, again until there are none.</summary>
    public static void KillSession(int session)
    {
        while (OfSession(session) is { Count: > 0 } left && Kill(left, Signal.Kill) > 0)
        {
            // A fork may have been under way.
        }
    }

    /// <summary>Sends each a signal.</summary>
    /// <returns>How many were there to receive it.</returns>
    public static int Kill(IEnumerable<ProcessEntry> processes, int signal) =>
        processes.Count(entry => ProcessCalls.kill(entry.Pid, signal) == 0);

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
