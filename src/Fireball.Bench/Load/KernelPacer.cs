using System.Diagnostics;
using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>
/// Sleeps in the kernel to some 50 us (the timer slack of a thread); Thread.Sleep and timers go by milliseconds. By the
/// clock of <see cref="Stopwatch"/>, whose timestamps are nanoseconds of CLOCK_MONOTONIC.
/// </summary>
internal sealed class KernelPacer : IPacer
{
    // How long it may take to see that the wait is given up: a person hardly notices. Nanoseconds.
    private const long Slice = 100_000_000;

    /// <inheritdoc/>
    public void WaitUntil(long timestamp, CancellationToken cancellationToken)
    {
        for (long now; (now = Stopwatch.GetTimestamp()) < timestamp;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            MonotonicSleep.Until(Math.Min(timestamp, now + Slice));
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
