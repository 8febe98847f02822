using System.Buffers.Binary;

namespace Fireball.Zmtp;

/// <summary>What stands before a frame's body, RFC 37 "Framing".</summary>
/// <remarks>
/// <code>
/// byte 0    7 6 5 4 3 2       1     0
///           0 0 0 0 0 COMMAND LONG  MORE
/// byte 1    length, 0 to 255                          when LONG is 0
/// byte 1-8  length, big-endian, 0 to 2^63-1           when LONG is 1
/// </code>
/// </remarks>
internal readonly record struct FrameHeader(FrameFlags Flags, long BodyLength)
{
    public const int ShortSize = 2;
    public const int LongSize = 9;
    private const byte Reserved = 0xF8;

    public bool More => (Flags & FrameFlags.More) != FrameFlags.None;

    public bool IsCommand => (Flags & FrameFlags.Command) != FrameFlags.None;

    public int Size => (Flags & FrameFlags.Long) != FrameFlags.None ? LongSize : ShortSize;

    /// <summary>Parses the header; looks at nothing after it. Whether the length is acceptable is the caller's to say.</summary>
    public static ParseStatus TryParse(ReadOnlySpan<byte> input, out FrameHeader header, out string reason)
    {
        header = default;
        reason = "";
        if (input.IsEmpty)
        {
            return ParseStatus.Incomplete;
        }

        var flags = (FrameFlags)input[0];
        if ((input[0] & Reserved) != 0)
        {
            reason = $"a frame has reserved flag bits set (0x{input[0]:x2})";
            return ParseStatus.Invalid;
        }

        if ((flags & (FrameFlags.Command | FrameFlags.More)) == (FrameFlags.Command | FrameFlags.More))
        {
            reason = "a command frame has MORE set";
            return ParseStatus.Invalid;
        }

        if ((flags & FrameFlags.Long) == FrameFlags.None)
        {
            if (input.Length < ShortSize)
            {
                return ParseStatus.Incomplete;
            }

            header = new FrameHeader(flags, input[1]);
            return ParseStatus.Complete;
        }

        if (input.Length < LongSize)
        {
            return ParseStatus.Incomplete;
        }

        var length = BinaryPrimitives.ReadUInt64BigEndian(input[1..]);
        if (length > long.MaxValue)
        {
            reason = "a frame's length has its top bit set";
            return ParseStatus.Invalid;
        }

        header = new FrameHeader(flags, (long)length);
        return ParseStatus.Complete;
    }

    /// <summary>Writes the header of a frame, in the shortest form; returns its size.</summary>
    public static int Write(Span<byte> destination, FrameFlags flags, int bodyLength)
    {
        if (bodyLength <= byte.MaxValue)
        {
            destination[0] = (byte)flags;
            destination[1] = (byte)bodyLength;
            return ShortSize;
        }

        destination[0] = (byte)(flags | FrameFlags.Long);
        BinaryPrimitives.WriteUInt64BigEndian(destination[1..], (ulong)bodyLength);
        return LongSize;
    }
}
