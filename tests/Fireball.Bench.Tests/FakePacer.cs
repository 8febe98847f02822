using Microsoft.Extensions.Time.Testing;

namespace Fireball.Bench.Tests;

/// <summary>Waits for nothing: it puts the clock forward to what is waited for.</summary>
internal sealed class FakePacer(FakeTimeProvider clock) : IPacer
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void WaitUntil(long timestamp, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            TimeSpan remaining = clock.GetElapsedTime(clock.GetTimestamp(), timestamp);
            if (remaining > TimeSpan.Zero)
            {
                clock.Advance(remaining);
            }
        }
    }
}
