using Fireball.Zmtp;

namespace Fireball.Microbenchmarks;

/// <summary>
/// Takes the bodies of frames into one array that is never replaced: what an encoder costs without the connection it
/// writes to.
/// </summary>
internal sealed class FrameBodies(int size) : IMessageWriter
{
    private readonly byte[] _array = new byte[size];
    private int _length;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    public void Clear() => _length = 0;

    public void BeginFrame(int length, bool more) => ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _array.Length - _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _array.AsMemory(_length);

    public Span<byte> GetSpan(int sizeHint = 0) => _array.AsSpan(_length);
}
