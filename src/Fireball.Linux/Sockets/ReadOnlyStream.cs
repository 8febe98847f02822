namespace Fireball.Linux;

/// <summary>A stream that is read asynchronously and never written.</summary>
public abstract class ReadOnlyStream : AsyncStream
{
    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>Not supported.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
