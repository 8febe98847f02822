namespace Fireball.Microbenchmarks;

/// <summary>
/// A stream with a ZMTP peer at its other end that is all memory: it handshakes as a ROUTER and then says the same
/// bytes over and over. What it is sent is counted. Never waits. Not thread-safe.
/// </summary>
/// <param name="script">What is said over and over; empty for a peer that is only written to.</param>
/// <param name="segmentSize">The most bytes that one read gives. A segment never reaches beyond the script's end.</param>
internal sealed class ScriptedPeer(byte[] script, int segmentSize) : Stream
{
    /// <summary>RFC 37: the greeting of a ZMTP 3.1 server with the mechanism NULL, and READY of a ROUTER.</summary>
    private static readonly byte[] Handshake =
    [
        0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1, .. "NULL"u8, .. new byte[16], 0, .. new byte[31],
        0x04, 28, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 6, .. "ROUTER"u8,
    ];

    private int _handshaken;
    private int _position;

    /// <summary>Bytes it was sent so far, the handshake included.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Where what it is sent is kept; null: nowhere.</summary>
    public MemoryStream? Recorder { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Read(buffer.Span));

    public override int Read(Span<byte> buffer)
    {
        if (_handshaken < Handshake.Length)
        {
            return Take(Handshake, ref _handshaken, Math.Min(buffer.Length, Handshake.Length), buffer);
        }

        var count = Take(script, ref _position, Math.Min(buffer.Length, segmentSize), buffer);
        _position = _position == script.Length ? 0 : _position;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BytesReceived += buffer.Length;
        Recorder?.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static int Take(byte[] from, ref int position, int atMost, Span<byte> to)
    {
        var count = Math.Min(atMost, from.Length - position);
        from.AsSpan(position, count).CopyTo(to);
        position += count;
        return count;
    }
}
