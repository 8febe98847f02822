using System.Globalization;
using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>The ssh processes that carry a process's connections, and what they used.</summary>
internal static class SshProcesses
{
    /// <summary>Processor time of those that run.</summary>
    /// <param name="owner">The pid of the process whose children they are.</param>
    /// <param name="except">The pid of one that does not count; null: all do.</param>
    public static TimeSpan ProcessorTime(int owner, int? except) =>
        TimeSpan.FromMicroseconds(All()
            .Where(process => process.Parent == owner && process.Name == "ssh" && process.Pid != except)
            .Sum(process => RunTime(process.Pid) / 1e3));

    /// <summary>Bytes that their TCP connections have carried, away and back; null: that cannot be seen.</summary>
    /// <param name="owner">The pid of the process whose children they are.</param>
    /// <param name="except">The pid of one that does not count; null: all do.</param>
    public static (long Sent, long Received)? Wire(int owner, int? except)
    {
        (long Sent, long Received)? sum = null;
        ILookup<int, (int Pid, string Name)> byParent = All().ToLookup(process => process.Parent, process => (process.Pid, process.Name));
        var open = new Queue<int>(byParent[owner].Where(child => child.Name == "ssh" && child.Pid != except).Select(child => child.Pid));
        while (open.TryDequeue(out int pid))
        {
            if (TcpCounters.OfProcess(pid) is { } wire)
            {
                sum = ((sum?.Sent ?? 0) + wire.Sent, (sum?.Received ?? 0) + wire.Received);
            }

            // With a ProxyCommand or ProxyJump, the connection is a child's.
            foreach ((int child, _) in byParent[pid])
            {
                open.Enqueue(child);
            }
        }

        return sum;
    }

    private static List<(int Pid, int Parent, string Name)> All()
    {
        var all = new List<(int, int, string)>();
        foreach (string directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            if (Read($"{directory}/stat") is { } stat)
            {
                // stat(5): "pid (comm) state ppid ..."; comm may hold anything, also a parenthesis.
                int end = stat.LastIndexOf(')');
                all.Add((
                    int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture),
                    int.Parse(stat[(end + 2)..].Split(' ')[1], CultureInfo.InvariantCulture),
                    stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end]));
            }
        }

        return all;
    }

    // Nanoseconds: the first number of schedstat, exact where stat has ticks of 10 ms. ssh has one thread.
    private static double RunTime(int pid) =>
        Read($"/proc/{pid}/schedstat") is { } times ? double.Parse(times.Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
