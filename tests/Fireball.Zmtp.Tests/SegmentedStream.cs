namespace Fireball.Zmtp.Tests;

/// <summary>Gives recorded bytes in segments that a seed chooses; forgets what is written to it.</summary>
internal sealed class SegmentedStream(ReadOnlyMemory<byte> content, int seed) : Stream
{
    private readonly Random _random = new(seed);
    private ReadOnlyMemory<byte> _rest = content;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        // Mostly small segments, sometimes all there is.
        var most = Math.Min(buffer.Length, _rest.Length);
        var size = most == 0 ? 0 : _random.Next(4) == 0 ? most : _random.Next(1, Math.Min(most, 16) + 1);
        _rest.Span[..size].CopyTo(buffer);
        _rest = _rest[size..];
        return size;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override void Write(byte[] buffer, int offset, int count)
    {
        // Nobody listens.
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;

    public override void Flush()
    {
        // Nothing is kept.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
