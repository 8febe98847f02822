using System.Globalization;
using Fireball.Bench.Run;

namespace Fireball.Bench.Machine;

/// <summary>
/// The processor time of the controller's side: this process, the programs that it ran to their end, and the ssh processes
/// that carry connections.
/// </summary>
internal static class ProcessorTime
{
    /// <summary>All of it until now.</summary>
    public static TimeSpan Of(Programs programs) =>
        Environment.CpuUsage.TotalTime + programs.ProcessorTime + TimeSpan.FromMicroseconds(RunningSsh() / 1e3);

    // Nanoseconds; schedstat(5)'s first number is time on a processor, exact where stat(5) has ticks of 10 ms. ssh has one
    // thread.
    private static double RunningSsh()
    {
        double nanoseconds = 0;
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            try
            {
                // "pid (comm) state ppid ..."; no command of ours has a blank in its name.
                string[] stat = File.ReadAllText($"{process}/stat").Split(' ', 5);
                if (stat[1] == "(ssh)" && stat[3] == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
                {
                    nanoseconds += double.Parse(File.ReadAllText($"{process}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return nanoseconds;
    }}
