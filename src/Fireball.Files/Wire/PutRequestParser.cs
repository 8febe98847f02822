using System.Buffers;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files;

/// <summary>Reads a PutRequest (agent.proto) into memory that is used again for later ones.</summary>
public static class PutRequestParser
{
    /// <summary>Reads one, with its <see cref="PutRequest.Memory"/>; fields that are not known are passed over.</summary>
    /// <exception cref="InvalidDataException">The bytes are not one.</exception>
    public static PutRequest Parse(in ReadOnlySequence<byte> payload) => MessageCopy.Read(payload, Read);

    private static PutRequest Read(MessageCopy copy)
    {
        var request = new PutRequest { Memory = copy };
        ReadOnlyMemory<byte> message = copy.Bytes;
        var reader = new WireReader(message.Span);
        while (reader.TryReadTag(out int field, out WireFormat.WireType type))
        {
            switch ((field, type))
            {
                case (PutRequest.StartFieldNumber, WireFormat.WireType.LengthDelimited):
                    (request.Start ??= new PutStart()).MergeFrom(message.Span[reader.ReadLengthDelimited()]);
                    break;
                case (PutRequest.RecordsFieldNumber, WireFormat.WireType.LengthDelimited):
                    request.Records.Add(RecordParser.Parse(message[reader.ReadLengthDelimited()]));
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return request;
    }
}
