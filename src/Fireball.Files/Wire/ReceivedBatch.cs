using System.Buffers;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files;

/// <summary>A GetResponse (agent.proto) whose records' data lies in memory that is used again for later ones.</summary>
public sealed class ReceivedBatch : IDisposable
{
    private readonly List<FileRecord> _records = [];
    private readonly List<FileFailure> _failures = [];
    private readonly MessageCopy _message;

    private ReceivedBatch(MessageCopy message)
    {
        _message = message;
        Read(message.Bytes);
    }

    /// <summary>The records; their data is valid until disposal.</summary>
    public IReadOnlyList<FileRecord> Records => _records;

    /// <summary>Entries that the other side could not read.</summary>
    public IReadOnlyList<FileFailure> Failures => _failures;

    /// <summary>With the last response.</summary>
    public FileSummary? Summary { get; private set; }

    /// <summary>Reads a GetResponse; fields that are not known are passed over.</summary>
    /// <exception cref="InvalidDataException">The bytes are not one.</exception>
    public static ReceivedBatch Parse(in ReadOnlySequence<byte> payload) =>
        MessageCopy.Read(payload, static copy => new ReceivedBatch(copy));

    /// <summary>Gives the memory back; the records' data must not be looked at any more.</summary>
    public void Dispose() => _message.Dispose();

    private void Read(ReadOnlyMemory<byte> message)
    {
        var reader = new WireReader(message.Span);
        while (reader.TryReadTag(out int field, out WireFormat.WireType type))
        {
            switch ((field, type))
            {
                case (GetResponse.RecordsFieldNumber, WireFormat.WireType.LengthDelimited):
                    _records.Add(RecordParser.Parse(message[reader.ReadLengthDelimited()]));
                    break;
                case (GetResponse.FailuresFieldNumber, WireFormat.WireType.LengthDelimited):
                    _failures.Add(FileFailure.Parser.ParseFrom(message.Span[reader.ReadLengthDelimited()]));
                    break;
                case (GetResponse.SummaryFieldNumber, WireFormat.WireType.LengthDelimited):
                    (Summary ??= new FileSummary()).MergeFrom(message.Span[reader.ReadLengthDelimited()]);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }
}
