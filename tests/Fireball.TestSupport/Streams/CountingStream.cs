using Fireball.Linux;

namespace Fireball.TestSupport;

/// <summary>Counts the writes to a stream.</summary>
public sealed class CountingStream(Stream inner) : DelegatingStream(inner)
{
    private readonly SemaphoreSlim _written = new(0);
    private int _writes;

    /// <summary>Writes so far.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Waits until there have been so many. One caller.</summary>
    public async Task WritesReachAsync(int count, CancellationToken cancellationToken)
    {
        while (Writes < count)
        {
            await _written.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _writes);
        _written.Release();
        return base.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _written.Dispose();
        }

        base.Dispose(disposing);
    }
}
