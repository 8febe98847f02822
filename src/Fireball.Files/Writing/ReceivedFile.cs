using Fireball.V1;

namespace Fireball.Files;

/// <summary>
/// One file's records, as they arrive, as the bytes of the file: holes as zeroes, its end only where the hash is right.
/// </summary>
/// <param name="size">
/// What its entry says, bytes. Data may go on beyond it, since files grow while they are read; a hole may not, or a few bytes
/// would be told as exabytes.
/// </param>
public sealed class ReceivedFile(ulong size = 0)
{
    // What a hole is told in. Never written to.
    private static readonly byte[] Zeroes = new byte[CopyLimits.RecordData];

    private readonly ContentHash _hash = new();

    /// <summary>Bytes told until now.</summary>
    public long Position { get; private set; }

    /// <summary>The end has come, and all of it was right.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>What a record adds to the file; each piece is valid until the next is asked for.</summary>
    /// <exception cref="InvalidDataException">
    /// The record does not belong to this file, the source could not be read to its end, or the hash differs: one line.
    /// </exception>
    public IEnumerable<ReadOnlyMemory<byte>> Add(FileRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (IsComplete || record.Number != 0)
        {
            throw new InvalidDataException("there is more than one file");
        }

        if (!record.Data.IsEmpty)
        {
            foreach (ReadOnlyMemory<byte> hole in SkipTo(record.Offset))
            {
                yield return hole;
            }

            _hash.Append(Position, record.Data.Span);
            Position += record.Data.Length;
            yield return record.Data.Memory;
        }

        if (record.End is { } end)
        {
            if (end.Error.Length > 0)
            {
                throw new InvalidDataException(end.Error);
            }

            foreach (ReadOnlyMemory<byte> hole in SkipTo(end.Size))
            {
                yield return hole;
            }

            CheckHash(end.Hash.Span);
            IsComplete = true;
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> SkipTo(ulong offset)
    {
        if (offset > long.MaxValue || (long)offset < Position)
        {
            throw new InvalidDataException("a record's offset lies before the data already sent");
        }

        if (offset > size && offset > (ulong)Position)
        {
            throw new InvalidDataException("a record's offset lies beyond the file's size");
        }

        while (Position < (long)offset)
        {
            int length = (int)Math.Min(Zeroes.Length, (long)offset - Position);
            Position += length;
            yield return Zeroes.AsMemory(0, length);
        }
    }

    private void CheckHash(ReadOnlySpan<byte> expected)
    {
        Span<byte> actual = stackalloc byte[ContentHash.Size];
        _hash.Finish(actual);
        if (!actual.SequenceEqual(expected))
        {
            throw new InvalidDataException("the content's hash differs from the source's");
        }
    }
}
