using System.Runtime.CompilerServices;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files;

/// <summary>The source's side of a copy of one file, whose bytes come from a stream.</summary>
/// <param name="content">The bytes; stays the caller's.</param>
/// <param name="entry">What is told of the file first; its path is empty.</param>
/// <param name="size">How many bytes there have to be; null: as many as come.</param>
public sealed class StreamSource(Stream content, FileEntry entry, long? size)
{
    /// <summary>Bytes read until now.</summary>
    public long Position { get; private set; }

    /// <summary>The stream had another number of bytes than it should have; the receiver was told to keep the old file.</summary>
    public bool IsOtherSize { get; private set; }

    /// <summary>Reads everything, once. The caller disposes each batch it takes.</summary>
    public async IAsyncEnumerable<FileBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var pool = new BufferPool(CopyLimits.BatchData);
        var hash = new ContentHash();
        bool last = false;
        for (bool first = true; !last; first = false)
        {
            var batch = new FileBatch(pool);
            try
            {
                int count = await content.ReadAtLeastAsync(
                    batch.Buffer, batch.Buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                last = count < batch.Buffer.Length || Position + count > size;
                Fill(batch, count, first, last, hash);
            }
            catch
            {
                batch.Dispose();
                throw;
            }

            yield return batch;
        }
    }

    private void Fill(FileBatch batch, int count, bool first, bool last, ContentHash hash)
    {
        // A file of one record has its entry and its end in it; a longer one has them in records of their own.
        bool single = first && last && count <= CopyLimits.RecordData;
        if (first && !single)
        {
            batch.RecordList.Add(new FileRecord { Entry = entry });
        }

        for (int at = 0; at < count; at += CopyLimits.RecordData)
        {
            ByteString data = UnsafeByteOperations.UnsafeWrap(
                batch.Buffer.AsMemory(at, Math.Min(CopyLimits.RecordData, count - at)));
            hash.Append(Position, data.Span);
            batch.RecordList.Add(new FileRecord { Offset = (ulong)Position, Data = data });
            Position += data.Length;
        }

        batch.DataBytes = count;
        if (!last)
        {
            return;
        }

        if (!single || count == 0)
        {
            batch.RecordList.Add(new FileRecord());
        }

        FileRecord ending = batch.RecordList[^1];
        ending.Entry = single ? entry : null;
        ending.End = End(hash);
        batch.FilesEnded = 1;
    }

    private FileEnd End(ContentHash hash)
    {
        if (size is { } expected && expected != Position)
        {
            IsOtherSize = true;
            return new FileEnd { Error = $"not {expected} bytes" };
        }

        byte[] result = new byte[ContentHash.Size];
        hash.Finish(result);
        return new FileEnd { Size = (ulong)Position, Hash = UnsafeByteOperations.UnsafeWrap(result) };
    }
}
