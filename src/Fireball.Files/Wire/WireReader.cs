using Google.Protobuf;

namespace Fireball.Files;

/// <summary>
/// Reads the fields of one protobuf message (protobuf.dev/programming-guides/encoding): tags, varints and
/// length-delimited fields, every length checked against what is there.
/// </summary>
/// <remarks>
/// The generated parser copies each bytes field into an array of its own; this one tells where the field lies.
/// </remarks>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    // The longest varint: 64 bits, seven to a byte.
    private const int MaxVarintShift = 63;

    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>How far it has read, in bytes.</summary>
    public int Position { get; private set; }

    /// <summary>The next field's number and wire type. False: the message has ended.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a message.</exception>
    public bool TryReadTag(out int field, out WireFormat.WireType type)
    {
        if (Position == _message.Length)
        {
            (field, type) = (0, default);
            return false;
        }

        uint tag = (uint)ReadVarint();
        (field, type) = (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag));
        return field > 0 ? true : throw Malformed("a field has the number 0");
    }

    /// <summary>A varint of up to 64 bits.</summary>
    public ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift <= MaxVarintShift && Position < _message.Length; shift += 7)
        {
            byte next = _message[Position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Malformed("a varint does not end");
    }

    /// <summary>Where a length-delimited field's content lies; goes on behind it.</summary>
    public Range ReadLengthDelimited()
    {
        ulong length = ReadVarint();
        if (length > (ulong)(_message.Length - Position))
        {
            throw Malformed("a field is longer than its message");
        }

        int start = Position;
        Position += (int)length;
        return start..Position;
    }

    /// <summary>Passes over a field that is not known here.</summary>
    public void Skip(WireFormat.WireType type)
    {
        switch (type)
        {
            case WireFormat.WireType.Varint:
                _ = ReadVarint();
                break;
            case WireFormat.WireType.LengthDelimited:
                _ = ReadLengthDelimited();
                break;
            case WireFormat.WireType.Fixed64:
                Advance(sizeof(ulong));
                break;
            case WireFormat.WireType.Fixed32:
                Advance(sizeof(uint));
                break;
            default:
                throw Malformed("groups are not in use");
        }
    }

    private void Advance(int count) =>
        Position = count <= _message.Length - Position ? Position + count : throw Malformed("the message ends inside a field");

    private static InvalidDataException Malformed(string what) => new($"Not a protobuf message: {what}.");
}
