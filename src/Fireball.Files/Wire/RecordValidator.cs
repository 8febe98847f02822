using Fireball.Linux;
using Fireball.V1;

namespace Fireball.Files;

/// <summary>
/// Holds the records of one source against the rules of file.proto as they arrive, for a receiver that passes them on
/// instead of writing them: no name leads out of the tree, no file's content is taken for whole that is not. For one thread at
/// a time.
/// </summary>
/// <param name="directoryOnly">The source was named as a directory (with a slash), and has to be one.</param>
public sealed class RecordValidator(bool directoryOnly = false)
{
    private readonly ContentHash _hash = new();

    // The directories that the next entry may be in: the last one and those above it.
    private readonly Stack<byte[]> _directories = new();
    private bool _begun;
    private bool _inFile;
    private ulong _number;
    private long _position;

    /// <summary>Takes the next record.</summary>
    /// <returns>At a file's end, one line of why its content cannot be trusted; null: it can, or it is no end.</returns>
    /// <exception cref="InvalidDataException">It breaks the rules; nothing that follows can be trusted.</exception>
    public string? Check(FileRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Entry is { } entry)
        {
            Begin(entry, record.Number);
        }
        else if (!_inFile || record.Number != _number)
        {
            throw new InvalidDataException("A record belongs to no open entry.");
        }

        if (record.Data.Length > 0)
        {
            Append(record);
        }

        return record.End is { } end ? Finish(end) : null;
    }

    /// <summary>The stream has ended in order.</summary>
    /// <exception cref="InvalidDataException">It ended inside a file.</exception>
    public void Complete()
    {
        if (_inFile)
        {
            throw new InvalidDataException("The stream ended inside a file.");
        }
    }

    /// <summary>Where a file's data ends with this record's.</summary>
    /// <param name="record">One with data.</param>
    /// <param name="position">Where it ended before.</param>
    /// <exception cref="InvalidDataException">The record is too large, or no file has data there, or it came already.</exception>
    internal static long Advance(FileRecord record, long position)
    {
        if (record.Data.Length > CopyLimits.AcceptedData)
        {
            throw new InvalidDataException($"A record of {record.Data.Length} bytes; {CopyLimits.AcceptedData} are allowed.");
        }

        return record.Offset > (ulong)(long.MaxValue - record.Data.Length) || (long)record.Offset < position
            ? throw new InvalidDataException("A record's offset lies before the data already sent.")
            : (long)record.Offset + record.Data.Length;
    }

    private void Begin(FileEntry entry, ulong number)
    {
        if (_inFile)
        {
            throw new InvalidDataException("A file's records ended before its end.");
        }

        Place(entry);
        _number = number;
        _position = 0;
        _inFile = entry.Type == FileEntry.Types.Type.File;
        _hash.Reset();
    }

    private void Place(FileEntry entry)
    {
        byte[] path = entry.Path.ToByteArray();
        if (_begun || path.Length > 0)
        {
            if (EntryPath.Check(path, out int directoryLength, out _) is { } wrong)
            {
                throw new InvalidDataException($"{TerminalText.Escape(path)}: {wrong}");
            }

            while (_directories.TryPeek(out byte[]? last) && !last.AsSpan().SequenceEqual(path.AsSpan(0, directoryLength)))
            {
                _directories.Pop();
            }

            if (_directories.Count == 0)
            {
                throw new InvalidDataException($"{TerminalText.Escape(path)}: its directory is not part of this copy");
            }
        }

        if (directoryOnly && !_begun && entry.Type != FileEntry.Types.Type.Directory)
        {
            throw new InvalidDataException("The source is not a directory.");
        }

        _begun = true;
        if (entry.Type == FileEntry.Types.Type.Directory)
        {
            _directories.Push(path);
        }
    }

    private void Append(FileRecord record)
    {
        if (!_inFile)
        {
            throw new InvalidDataException("Data for something that is not a file.");
        }

        _position = Advance(record, _position);
        _hash.Append((long)record.Offset, record.Data.Span);
    }

    private string? Finish(FileEnd end)
    {
        if (!_inFile)
        {
            throw new InvalidDataException("An end without a file.");
        }

        _inFile = false;
        if (end.Error.Length > 0)
        {
            return null;
        }

        if (end.Size < (ulong)_position || end.Size > long.MaxValue)
        {
            throw new InvalidDataException("A file's length is less than its data.");
        }

        Span<byte> hash = stackalloc byte[ContentHash.Size];
        _hash.Finish(hash);
        return end.Hash.Span.SequenceEqual(hash) ? null : "what arrived is not what was read: the hashes differ";
    }
}
