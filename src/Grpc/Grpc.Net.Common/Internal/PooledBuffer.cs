using System.Buffers;

namespace Grpc.Net;

/// <summary>A growing buffer on pooled arrays.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private byte[] _array;
    private readonly int _limit;

    /// <summary>An empty buffer.</summary>
    /// <param name="capacity">Bytes it starts with.</param>
    /// <param name="limit">Bytes it may hold; more throws <see cref="ProtocolException"/>.</param>
    public PooledBuffer(int capacity, int limit = int.MaxValue)
    {
        _array = ArrayPool<byte>.Shared.Rent(capacity);
        _limit = limit;
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    public Span<byte> Span => _array.AsSpan(0, Length);

    public void Advance(int count)
    {
        Length += count;
        if (Length > _limit)
        {
            throw MessageLimits.TooLargeToReceive(_limit);
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(Math.Max(1, sizeHint));
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(Math.Max(1, sizeHint));
        return _array.AsSpan(Length);
    }

    public void Clear() => Length = 0;

    /// <summary>Gives the array back; the buffer is empty and of no further use.</summary>
    public void Release()
    {
        var array = _array;
        _array = [];
        Length = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Ensure(int free)
    {
        if (_array.Length - Length >= free)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + free), (int)Math.Min(2L * _array.Length, Array.MaxLength)));
        _array.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
