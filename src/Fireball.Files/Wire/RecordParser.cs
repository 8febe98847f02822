using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files;

/// <summary>Reads a FileRecord (agent.proto) without copying its data.</summary>
internal static class RecordParser
{
    /// <summary>Reads one; fields that are not known are passed over, a message that comes twice is merged, as generated parsers do. Its data stays where it lies in <paramref name="message"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    /// <exception cref="InvalidProtocolBufferException">Likewise, inside one of its messages.</exception>
    public static FileRecord Parse(ReadOnlyMemory<byte> message)
    {
        var record = new FileRecord();
        var reader = new WireReader(message.Span);
        while (reader.TryReadTag(out int field, out WireFormat.WireType type))
        {
            switch ((field, type))
            {
                case (FileRecord.NumberFieldNumber, WireFormat.WireType.Varint):
                    record.Number = reader.ReadVarint();
                    break;
                case (FileRecord.EntryFieldNumber, WireFormat.WireType.LengthDelimited):
                    (record.Entry ??= new FileEntry()).MergeFrom(message.Span[reader.ReadLengthDelimited()]);
                    break;
                case (FileRecord.OffsetFieldNumber, WireFormat.WireType.Varint):
                    record.Offset = reader.ReadVarint();
                    break;
                case (FileRecord.DataFieldNumber, WireFormat.WireType.LengthDelimited):
                    record.Data = UnsafeByteOperations.UnsafeWrap(message[reader.ReadLengthDelimited()]);
                    break;
                case (FileRecord.EndFieldNumber, WireFormat.WireType.LengthDelimited):
                    (record.End ??= new FileEnd()).MergeFrom(message.Span[reader.ReadLengthDelimited()]);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return record;
    }
}
