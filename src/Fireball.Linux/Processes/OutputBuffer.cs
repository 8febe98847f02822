using System.Collections.Concurrent;

namespace Fireball.Linux;

/// <summary>One 64 KiB buffer that both output streams of a process are read into, with the seams between them.</summary>
internal sealed class OutputBuffer
{
    // The capacity of a Linux pipe, and the chunk one message carries (design 5: 64 to 256 KiB).
    internal const int Capacity = 64 * 1024;

    // Buffers kept for the next process: 1 MiB in all. Arbitrary.
    private const int MaxKept = 16;

    private static readonly ConcurrentBag<OutputBuffer> Kept = [];

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Capacity);
    private readonly List<OutputSegment> _segments = [];
    private int _used;

    internal bool IsEmpty => _used == 0;

    internal bool IsFull => _used == Capacity;

    internal Span<byte> Free => _bytes.AsSpan(_used);

    internal IReadOnlyList<OutputSegment> Segments => _segments;

    internal static OutputBuffer Rent() => Kept.TryTake(out var kept) ? kept : new OutputBuffer();

    /// <summary>Takes back an empty buffer that is no longer referred to.</summary>
    internal static void GiveBack(OutputBuffer buffer)
    {
        if (Kept.Count < MaxKept)
        {
            Kept.Add(buffer);
        }
    }

    /// <summary>The first bytes of <see cref="Free"/> have been filled.</summary>
    internal void Append(bool isError, int count)
    {
        if (_segments is [.., var last] && last.IsError == isError)
        {
            var whole = _bytes.AsMemory(_used - last.Bytes.Length, last.Bytes.Length + count);
            _segments[^1] = new OutputSegment(isError, whole);
        }
        else
        {
            _segments.Add(new OutputSegment(isError, _bytes.AsMemory(_used, count)));
        }

        _used += count;
    }

    internal void Clear()
    {
        _segments.Clear();
        _used = 0;
    }
}
