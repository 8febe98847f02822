using Fireball.Linux;

namespace Fireball.TestSupport;

/// <summary>Gives recorded bytes in segments; forgets what is written to it. The fuzz program compiles it too, without the rest of this project.</summary>
/// <param name="content">The bytes.</param>
/// <param name="segment">The next segment's size, of at most so many bytes: at least 1.</param>
public sealed class SegmentedStream(ReadOnlyMemory<byte> content, Func<int, int> segment) : AsyncStream
{
    private ReadOnlyMemory<byte> _rest = content;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int most = Math.Min(buffer.Length, _rest.Length);
        int size = most == 0 ? 0 : segment(most);
        _rest.Span[..size].CopyTo(buffer);
        _rest = _rest[size..];
        return size;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        // The other direction has no reader.
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;
}
