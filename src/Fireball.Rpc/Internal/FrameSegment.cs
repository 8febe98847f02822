using System.Buffers;

namespace Fireball.Rpc;

/// <summary>Frames as one sequence, without copying.</summary>
internal sealed class FrameSegment : ReadOnlySequenceSegment<byte>
{
    private FrameSegment(ReadOnlyMemory<byte> memory, FrameSegment? previous)
    {
        Memory = memory;
        if (previous is not null)
        {
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }

    internal static ReadOnlySequence<byte> Join(in ReadOnlySequence<byte> first, IReadOnlyList<ReadOnlySequence<byte>> rest)
    {
        FrameSegment? head = null;
        FrameSegment? last = null;
        for (var i = -1; i < rest.Count; i++)
        {
            foreach (var memory in i < 0 ? first : rest[i])
            {
                last = new FrameSegment(memory, last);
                head ??= last;
            }
        }

        return head is null ? default : new ReadOnlySequence<byte>(head, 0, last!, last!.Memory.Length);
    }
}
