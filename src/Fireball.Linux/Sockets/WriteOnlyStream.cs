namespace Fireball.Linux;

/// <summary>A stream that is written asynchronously and never read.</summary>
public abstract class WriteOnlyStream : AsyncStream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <summary>Not supported.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
