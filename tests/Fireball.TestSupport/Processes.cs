using System.Globalization;
using System.Text;

namespace Fireball.TestSupport;

/// <summary>What /proc tells.</summary>
public static class Processes
{
    public sealed record Entry(int Pid, string CommandLine);

    public static IReadOnlyList<Entry> All()
    {
        var all = new List<Entry>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int pid)
                && Read($"/proc/{pid}/cmdline") is { Length: > 0 } line)
            {
                all.Add(new Entry(pid, line));
            }
        }

        return all;
    }

    /// <summary>Processes that this one has started and not waited for.</summary>
    public static IReadOnlyList<Entry> ChildrenOf(int parent) =>
        [.. All().Where(entry => Read($"/proc/{entry.Pid}/stat") is { Length: > 0 } stat
            && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == parent.ToString(CultureInfo.InvariantCulture))];

    public static long BytesRead(int pid) =>
        Read($"/proc/{pid}/io") is ['r', 'c', 'h', 'a', 'r', ':', ..] io
            ? long.Parse(io[6..io.IndexOf('\n', StringComparison.Ordinal)], CultureInfo.InvariantCulture)
            : 0;

    /// <summary>The most memory that it ever had resident, bytes.</summary>
    public static long PeakMemory(int pid) => Memory(pid, "VmHWM:");

    /// <summary>What it has resident now, bytes.</summary>
    public static long ResidentMemory(int pid) => Memory(pid, "VmRSS:");

    private static long Memory(int pid, string name)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim('\t'), CultureInfo.InvariantCulture) << 10;
    }

    public static string ExecutableOf(int pid) => File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false)!.FullName;

    public static string EnvironmentOf(int pid) => Read($"/proc/{pid}/environ");

    public static bool IsRunning(int pid) => Read($"/proc/{pid}/stat") is { Length: > 0 } stat
        && stat[(stat.LastIndexOf(')') + 2)..][0] != 'Z';

    /// <summary>Processes whose command line holds the text.</summary>
    public static IReadOnlyList<Entry> With(string text) =>
        [.. All().Where(entry => entry.CommandLine.Contains(text, StringComparison.Ordinal))];

    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path)).Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
