using System.Buffers;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files;

/// <summary>
/// A GetResponse (agent.proto) whose records' data lies in memory that is used again for later ones. A copy of 1 GiB
/// read by the generated parser makes 1 GiB of garbage, which costs more than all else that is done with the bytes.
/// </summary>
public sealed class ReceivedBatch : IDisposable
{
    private readonly List<FileRecord> _records = [];
    private readonly List<FileFailure> _failures = [];
    private byte[]? _memory;

    private ReceivedBatch(byte[] memory) => _memory = memory;

    /// <summary>The records; their data is valid until disposal.</summary>
    public IReadOnlyList<FileRecord> Records => _records;

    /// <summary>Entries that the other side could not read.</summary>
    public IReadOnlyList<FileFailure> Failures => _failures;

    /// <summary>With the last response.</summary>
    public FileSummary? Summary { get; private set; }

    /// <summary>Reads a GetResponse; fields that are not known are passed over.</summary>
    /// <exception cref="InvalidDataException">The bytes are not one.</exception>
    public static ReceivedBatch Parse(in ReadOnlySequence<byte> payload)
    {
        int length = checked((int)payload.Length);
        var batch = new ReceivedBatch(ArrayPool<byte>.Shared.Rent(Math.Max(length, 1)));
        try
        {
            payload.CopyTo(batch._memory);
            batch.Read(batch._memory.AsMemory(0, length));
            return batch;
        }
        catch (InvalidProtocolBufferException e)
        {
            batch.Dispose();
            throw new InvalidDataException(e.Message, e);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Gives the memory back; nobody may look at the records' data any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _memory, null) is { } memory)
        {
            ArrayPool<byte>.Shared.Return(memory);
        }
    }

    private void Read(ReadOnlyMemory<byte> message)
    {
        var reader = new WireReader(message.Span);
        while (reader.TryReadTag(out int field, out WireFormat.WireType type))
        {
            switch ((field, type))
            {
                case (GetResponse.RecordsFieldNumber, WireFormat.WireType.LengthDelimited):
                    _records.Add(ReadRecord(message[reader.ReadLengthDelimited()]));
                    break;
                case (GetResponse.FailuresFieldNumber, WireFormat.WireType.LengthDelimited):
                    _failures.Add(FileFailure.Parser.ParseFrom(message.Span[reader.ReadLengthDelimited()]));
                    break;
                case (GetResponse.SummaryFieldNumber, WireFormat.WireType.LengthDelimited):
                    Summary = FileSummary.Parser.ParseFrom(message.Span[reader.ReadLengthDelimited()]);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    private static FileRecord ReadRecord(ReadOnlyMemory<byte> message)
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
                    record.Entry = FileEntry.Parser.ParseFrom(message.Span[reader.ReadLengthDelimited()]);
                    break;
                case (FileRecord.OffsetFieldNumber, WireFormat.WireType.Varint):
                    record.Offset = reader.ReadVarint();
                    break;
                case (FileRecord.DataFieldNumber, WireFormat.WireType.LengthDelimited):
                    record.Data = UnsafeByteOperations.UnsafeWrap(message[reader.ReadLengthDelimited()]);
                    break;
                case (FileRecord.EndFieldNumber, WireFormat.WireType.LengthDelimited):
                    record.End = FileEnd.Parser.ParseFrom(message.Span[reader.ReadLengthDelimited()]);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return record;
    }
}
