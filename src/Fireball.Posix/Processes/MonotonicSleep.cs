using System.Runtime.InteropServices;

namespace Fireball.Posix;

/// <summary>Sleeps by the monotonic clock with nanoseconds, as far as the kernel's timer slack (50 us) goes.</summary>
public static unsafe partial class MonotonicSleep
{
    private const int ClockMonotonic = 1;
    private const int TimerAbsolute = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Blocks this thread until CLOCK_MONOTONIC shows so many nanoseconds; not at all where it does already.</summary>
    public static void Until(long nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);

        // struct timespec: tv_sec, tv_nsec.
        long* due = stackalloc long[2];
        due[0] = nanoseconds / NanosecondsPerSecond;
        due[1] = nanoseconds % NanosecondsPerSecond;
        while (ClockNanoSleep(ClockMonotonic, TimerAbsolute, due, null) == Errno.EINTR)
        {
            // A signal was handled; the due time is absolute.
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanoSleep(int clock, int flags, long* request, long* remain);
}
