using System.Buffers;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// A bounded queue of bytes. It takes memory for what it holds, not for what it may hold: most connections never have more
/// than a message waiting. Not thread-safe.
/// </summary>
/// <param name="capacity">What is held at most, bytes.</param>
internal sealed class ByteRing(int capacity)
{
    // Bytes that an empty one keeps; arbitrary: two of the largest packets that hosts send.
    private const int Kept = 64 << 10;

    private byte[] _bytes = [];
    private int _start;

    /// <summary>Bytes held.</summary>
    internal int Length { get; private set; }

    /// <summary>Bytes that it takes now.</summary>
    internal int Room => capacity - Length;

    /// <summary>Adds as many as there is room for; gives how many.</summary>
    internal int Add(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, Room);
        if (count == 0)
        {
            return 0;
        }

        if (Length + count > _bytes.Length)
        {
            Grow(Length + count);
        }

        int end = (_start + Length) % _bytes.Length;
        int first = Math.Min(count, _bytes.Length - end);
        bytes[..first].CopyTo(_bytes.AsSpan(end));
        bytes[first..count].CopyTo(_bytes);
        Length += count;
        return count;
    }

    /// <summary>Takes the oldest; gives how many.</summary>
    internal int Take(Span<byte> target)
    {
        int count = Math.Min(target.Length, Length);
        CopyTo(target[..count]);
        Length -= count;
        if (Length > 0)
        {
            _start = (_start + count) % _bytes.Length;
        }
        else if (_bytes.Length > Kept)
        {
            Clear();
        }
        else
        {
            _start = 0;
        }

        return count;
    }

    /// <summary>Drops everything, and gives its memory back.</summary>
    internal void Clear()
    {
        byte[] old = _bytes;
        _bytes = [];
        _start = Length = 0;
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }

    private void CopyTo(Span<byte> target)
    {
        int first = Math.Min(target.Length, _bytes.Length - _start);
        _bytes.AsSpan(_start, first).CopyTo(target);
        _bytes.AsSpan(0, target.Length - first).CopyTo(target[first..]);
    }

    private void Grow(int needed)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(capacity, Math.Max(needed, 2 * _bytes.Length)));
        int length = Length;
        CopyTo(larger.AsSpan(0, length));
        Clear();
        _bytes = larger;
        Length = length;
    }
}
