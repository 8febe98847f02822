using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fireball.Linux;

namespace Fireball.TestSupport;

/// <summary>What /proc tells.</summary>
public static class Processes
{
    /// <summary>A process and its command line, words separated by spaces.</summary>
    public sealed record Entry(int Pid, string CommandLine);

    /// <summary>All that have a command line: kernel threads and zombies have none.</summary>
    public static IReadOnlyList<Entry> All() =>
        [.. Pids().Select(pid => new Entry(pid, Read(pid, "cmdline"))).Where(entry => entry.CommandLine.Length > 0)];

    /// <summary>All as the kernel has them, zombies included.</summary>
    public static IReadOnlyList<ProcessEntry> Table() => [.. Pids().Select(Find).OfType<ProcessEntry>()];

    /// <summary>What this process has started and not waited for, zombies included.</summary>
    public static IReadOnlyList<ProcessEntry> ChildrenOf(int parent) => [.. Table().Where(entry => entry.Parent == parent)];

    /// <summary>The process as the kernel has it; null: it is gone, and waited for.</summary>
    public static ProcessEntry? Find(int pid) =>
        ProcessEntry.TryParse(Encoding.UTF8.GetBytes(Read(pid, "stat")), out var entry) ? entry : null;

    /// <summary>It is there and no zombie.</summary>
    public static bool IsRunning(int pid) => Find(pid) is { State: not 'Z' };

    public static long BytesRead(int pid) =>
        Read(pid, "io") is ['r', 'c', 'h', 'a', 'r', ':', ..] io
            ? long.Parse(io[6..io.IndexOf('\n', StringComparison.Ordinal)], CultureInfo.InvariantCulture)
            : 0;

    /// <summary>The most memory that it ever had resident, bytes.</summary>
    public static long PeakMemory(int pid) => Memory(pid, "VmHWM:");

    /// <summary>What it has resident now, bytes.</summary>
    public static long ResidentMemory(int pid) => Memory(pid, "VmRSS:");

    public static string ExecutableOf(int pid) => File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false)!.FullName;

    public static string EnvironmentOf(int pid) => Read(pid, "environ");

    /// <summary>Processes whose command line holds the text.</summary>
    public static IReadOnlyList<Entry> With(string text) =>
        [.. All().Where(entry => entry.CommandLine.Contains(text, StringComparison.Ordinal))];

    /// <summary>Ends a process that leaves at the end of its input; kills it and what it has started where it does not.</summary>
    public static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private static IEnumerable<int> Pids() =>
        from directory in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(directory)
        where char.IsAsciiDigit(name[0])
        select int.Parse(name, CultureInfo.InvariantCulture);

    private static long Memory(int pid, string name)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim('\t'), CultureInfo.InvariantCulture) << 10;
    }

    // Zeroes separate words there. Empty: the process is gone, or another user's.
    private static string Read(int pid, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/{file}")).Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
