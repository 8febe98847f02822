using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>Sleeps by the monotonic clock with nanoseconds, as far as the kernel's timer slack (50 us) goes.</summary>
public static unsafe class MonotonicSleep
{
    /// <summary>Blocks this thread until CLOCK_MONOTONIC shows so many nanoseconds; not at all where it does already.</summary>
    public static void Until(long nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);
        var due = new Timespec
        {
            Seconds = nanoseconds / Timespec.NanosecondsPerSecond,
            Nanoseconds = nanoseconds % Timespec.NanosecondsPerSecond,
        };
        while (NativeCalls.clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, null) == Errno.EINTR)
        {
            // A signal was handled; the due time is absolute.
        }
    }
}
