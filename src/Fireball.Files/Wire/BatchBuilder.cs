using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files;

// Packs records into batches; a full batch goes to `send`, which may block. Adding never ends a batch, because a
// record's data lies in its batch's buffer: that happens between records, in FlushIfFull and Room.
internal sealed class BatchBuilder(Action<FileBatch> send)
{
    // Keys, lengths, times, hash and numbers of one record, generously; arbitrary.
    private const int FixedMetadata = 80;

    private readonly BufferPool _pool = new(CopyLimits.BatchData);
    private FileBatch? _batch;
    private int _used;

    private FileBatch Batch => _batch ??= new FileBatch(_pool);

    /// <summary>Free bytes of the current batch's buffer, at least <paramref name="least"/>.</summary>
    public Span<byte> Room(int least)
    {
        if (CopyLimits.BatchData - _used < least)
        {
            Flush();
        }

        return Batch.Buffer.AsSpan(_used);
    }

    /// <summary>Takes the first bytes of <see cref="Room"/> as a record's data, without copying them.</summary>
    public ByteString Take(int length)
    {
        if (length == 0)
        {
            return ByteString.Empty;
        }

        ByteString data = UnsafeByteOperations.UnsafeWrap(Batch.Buffer.AsMemory(_used, length));
        _used += length;
        Batch.DataBytes += length;
        return data;
    }

    public void Add(FileRecord record)
    {
        FileBatch batch = Batch;
        batch.RecordList.Add(record);
        batch.MetadataBytes += FixedMetadata;
        if (record.Entry is { } entry)
        {
            batch.MetadataBytes += entry.Path.Length + entry.LinkTarget.Length;
        }

        if (record.End is not null)
        {
            batch.FilesEnded++;
        }
    }

    public void Add(FileFailure failure)
    {
        FileBatch batch = Batch;
        batch.FailureList.Add(failure);
        batch.MetadataBytes += FixedMetadata + failure.Path.Length + failure.Message.Length;
    }

    public void Flush()
    {
        if (_batch is { } batch)
        {
            _batch = null;
            _used = 0;
            if (batch.IsEmpty)
            {
                batch.Dispose();
            }
            else
            {
                send(batch);
            }
        }
    }

    public void FlushIfFull()
    {
        if (_used == CopyLimits.BatchData || _batch?.MetadataBytes >= CopyLimits.BatchMetadata)
        {
            Flush();
        }
    }
}
