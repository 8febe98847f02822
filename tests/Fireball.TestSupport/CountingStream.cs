using Fireball.Posix;

namespace Fireball.TestSupport;

/// <summary>Counts the writes to a stream.</summary>
public sealed class CountingStream(Stream inner) : DelegatingStream(inner)
{
    private int _writes;

    /// <summary>Writes so far.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _writes);
        return base.WriteAsync(buffer, cancellationToken);
    }
}
