using System.Diagnostics;
using Fireball.Posix;

namespace Fireball.Bench.Load;

/// <summary>
/// Sleeps in the kernel to some 50 us (the timer slack of a thread); Thread.Sleep and timers go by milliseconds. By the
/// clock of <see cref="Stopwatch"/>, whose timestamps are nanoseconds of CLOCK_MONOTONIC.
/// </summary>
internal sealed class KernelPacer : IPacer
{
    /// <inheritdoc/>
    public void WaitUntil(long timestamp) => MonotonicSleep.Until(timestamp);
}
