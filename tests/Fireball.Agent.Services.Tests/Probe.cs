using System.Diagnostics;
using Fireball.Posix;

namespace Fireball.Agent.Services.Tests;

/// <summary>Looks at processes from outside.</summary>
internal static class Probe
{
    /// <summary>It is there and no zombie.</summary>
    internal static bool IsAlive(int pid)
    {
        try
        {
            return ProcessEntry.TryParse(File.ReadAllBytes($"/proc/{pid}/stat"), out var entry) && entry.State != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The living processes whose parent it is, with their states, zombies included.</summary>
    internal static IReadOnlyList<ProcessEntry> ChildrenOf(int pid)
    {
        var found = new List<ProcessEntry>();
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(d[^1])))
        {
            try
            {
                if (ProcessEntry.TryParse(File.ReadAllBytes(directory + "/stat"), out var entry) && entry.Parent == pid)
                {
                    found.Add(entry);
                }
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }

        return found;
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < AgentProcess.Patience, "it did not happen in time");
            await Task.Delay(20);
        }
    }
}
