using System.Buffers;

namespace Fireball.Kestrel;

/// <summary>Bytes gathered in one piece of pooled memory; empty, it holds none. Not thread-safe.</summary>
internal sealed class GatherBuffer
{
    /// <summary>The first piece: the frames of a short answer fit.</summary>
    private const int Smallest = 4 * 1024;

    private byte[] _memory = [];

    internal int Count { get; private set; }

    internal ReadOnlyMemory<byte> Filled => _memory.AsMemory(0, Count);

    /// <summary>Room for at least this many more bytes, and one.</summary>
    internal Memory<byte> GetMemory(int sizeHint)
    {
        if (_memory.Length - Count < Math.Max(sizeHint, 1))
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Smallest, Math.Max(2 * Count, Count + sizeHint)));
            Filled.CopyTo(larger);
            Return();
            _memory = larger;
        }

        return _memory.AsMemory(Count);
    }

    internal void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _memory.Length - Count);
        Count += bytes;
    }

    /// <summary>Moves everything out of the other one to the end of this one.</summary>
    internal void Append(GatherBuffer other)
    {
        if (Count == 0)
        {
            Take(other);
            return;
        }

        other.Filled.CopyTo(GetMemory(other.Count));
        Count += other.Count;
        other.Clear();
    }

    /// <summary>Takes over the other one's memory; this one is empty.</summary>
    internal void Take(GatherBuffer other)
    {
        Return();
        (_memory, Count) = (other._memory, other.Count);
        (other._memory, other.Count) = ([], 0);
    }

    /// <summary>Forgets everything and gives the memory back.</summary>
    internal void Clear()
    {
        Count = 0;
        Return();
        _memory = [];
    }

    private void Return()
    {
        if (_memory.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_memory);
        }
    }
}
