using System.Runtime.InteropServices;

namespace Fireball.Posix;

/// <summary>The processor time of another process, in nanoseconds where /proc has ticks of 10 ms.</summary>
public static unsafe partial class ProcessClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int NanosecondsPerTick = 100;

    /// <summary>What all threads of the process have used, those that have ended included; not its children.</summary>
    /// <returns>Null: it is not there.</returns>
    public static TimeSpan? OfProcess(int pid)
    {
        // struct timespec: tv_sec, tv_nsec.
        long* used = stackalloc long[2];
        return GetClockOf(pid, out int clock) == 0 && GetTime(clock, used) == 0
            ? new TimeSpan(((used[0] * NanosecondsPerSecond) + used[1]) / NanosecondsPerTick)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "clock_getcpuclockid")]
    private static partial int GetClockOf(int pid, out int clock);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, long* time);
}
