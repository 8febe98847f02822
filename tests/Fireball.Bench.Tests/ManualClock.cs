using Fireball.Bench.Load;

namespace Fireball.Bench.Tests;

/// <summary>A clock that moves only when somebody waits for it, and then at once; in nanoseconds.</summary>
internal sealed class ManualClock : TimeProvider, IPacer
{
    private long _now;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public void WaitUntil(long timestamp, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (timestamp > GetTimestamp())
        {
            Volatile.Write(ref _now, timestamp);
        }
    }

    public void Advance(TimeSpan by) => WaitUntil(GetTimestamp() + (long)by.TotalNanoseconds, CancellationToken.None);
}
