using Fireball.Linux;

namespace Fireball.Zmtp.Tests;

/// <summary>Gives recorded bytes in segments that a seed chooses; forgets what is written to it.</summary>
internal sealed class SegmentedStream(ReadOnlyMemory<byte> content, int seed) : AsyncStream
{
    private readonly Random _random = new(seed);
    private ReadOnlyMemory<byte> _rest = content;

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
        // The other direction has no reader.
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;
}
