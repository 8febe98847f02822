using Fireball.Linux;

namespace Fireball.Fuzz;

/// <summary>Gives bytes in segments of one size; forgets what is written to it.</summary>
internal sealed class InputStream(ReadOnlyMemory<byte> content, int segment) : AsyncStream
{
    private ReadOnlyMemory<byte> _rest = content;

    public override int Read(Span<byte> buffer)
    {
        int size = Math.Min(Math.Min(buffer.Length, segment), _rest.Length);
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
