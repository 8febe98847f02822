namespace Fireball.Rpc.Tests;

/// <summary>Delivers what another stream does, in pieces of random size: mostly small, sometimes a single byte.</summary>
internal sealed class CutStream(Stream inner, int seed) : Stream
{
    private readonly Random _random = new(seed);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, NextSize()));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer[..Math.Min(buffer.Length, NextSize())], cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    // One in four reads gets 1 byte, one in four up to 16, the rest up to 64 KiB: headers are cut, bulk still moves.
    private int NextSize() => _random.Next(4) switch
    {
        0 => 1,
        1 => _random.Next(1, 17),
        _ => _random.Next(1, 64 * 1024),
    };
}
