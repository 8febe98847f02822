namespace Fireball.Linux;

/// <summary>The processor time of another process, in nanoseconds where /proc has ticks of 10 ms.</summary>
public static unsafe class ProcessClock
{
    /// <summary>What all threads of the process have used, those that have ended included; not its children.</summary>
    /// <returns>Null: it is not there.</returns>
    public static TimeSpan? OfProcess(int pid)
    {
        int clock;
        Timespec used;
        return NativeCalls.clock_getcpuclockid(pid, &clock) == 0 && NativeCalls.clock_gettime(clock, &used) == 0
            ? new TimeSpan(((used.Seconds * Timespec.NanosecondsPerSecond) + used.Nanoseconds) / TimeSpan.NanosecondsPerTick)
            : null;
    }
}
