using Fireball.Linux;
using Fireball.V1;
using Google.Protobuf;

namespace Fireball.Files;

// Turns one regular file into records.
internal sealed class FileReading(BatchBuilder output, FileSummary summary, CancellationToken cancellationToken)
{
    private readonly ContentHash _hash = new();

    /// <summary>
    /// 0: the entry went out, and its end (perhaps with an error). Negative: nothing went out, and the step that
    /// failed.
    /// </summary>
    public int Read(int directory, ReadOnlySpan<byte> name, byte[] path, ulong number, out string step)
    {
        step = "open";
        // Not blocking and no terminal: should the name have become a pipe or a device since it was listed, the open
        // returns and the check below refuses it.
        int fd = PosixFile.OpenAt(
            directory,
            name,
            OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal);
        if (fd < 0)
        {
            return fd;
        }

        try
        {
            int result = PosixFile.GetStatus(fd, out FileStatus status);
            if (result < 0)
            {
                return result;
            }

            if (status.Kind != FileKind.Regular)
            {
                return -Errno.ESTALE;
            }

            _hash.Reset();
            var record = new FileRecord
            {
                Number = number,
                Entry = TreeWalk.NewEntry(path, FileEntry.Types.Type.File, status),
            };
            // Fewer blocks than bytes: holes (or compression, which costs one look for holes in vain).
            bool sparse = status.AllocatedBytes < status.Size;
            if (status.Size < CopyLimits.RecordData && !sparse)
            {
                step = "read";
                return ReadSmall(fd, record, status);
            }

            ReadLarge(fd, record, status, sparse);
            return 0;
        }
        finally
        {
            _ = PosixFile.Close(fd);
        }
    }

    // One read of one byte more than the size tells also shows that the file ends there.
    private int ReadSmall(int fd, FileRecord record, in FileStatus status)
    {
        int size = (int)status.Size;
        Span<byte> room = output.Room(size + 1)[..(size + 1)];
        int count = PosixFile.Read(fd, room, 0);
        if (count >= 0 && count < size)
        {
            // Shorter than told, or a read that a signal cut short.
            int rest = PosixFile.ReadFully(fd, room[count..], count);
            count = rest < 0 ? rest : count + rest;
        }

        if (count < 0)
        {
            return count;
        }

        if (count > 0 && size == 0)
        {
            // /proc and /sys tell no size.
            ReadLarge(fd, record, status, sparse: false);
            return 0;
        }

        // It grew: what was there when it was opened is copied.
        count = Math.Min(count, size);
        record.Data = output.Take(count);
        record.End = count < size ? Error(Shrank) : End(record.Data.Span, size);
        output.Add(record);
        Count(record.End, count);
        return 0;
    }

    private const string Shrank = "the file became shorter while it was read";
    private const string Changed = "the file changed while it was read";

    private void ReadLarge(int fd, FileRecord record, in FileStatus status, bool sparse)
    {
        output.Add(record);
        long end = status.Size == 0 ? long.MaxValue : status.Size;
        long position = 0;
        long bytes = 0;
        string? error = null;
        while (position < end && error is null)
        {
            long extentEnd = end;
            if (sparse && !NextExtent(fd, ref position, ref extentEnd, out error))
            {
                break;
            }

            while (position < extentEnd)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Span<byte> room = output.Room(CopyLimits.RecordData);
                int count = PosixFile.Read(fd, room[..(int)Math.Min(room.Length, extentEnd - position)], position);
                if (count <= 0)
                {
                    error = count < 0 ? "read: " + Errno.Describe(-count) : end == long.MaxValue ? null : Shrank;
                    end = position;
                    break;
                }

                Emit(record.Number, position, count);
                output.FlushIfFull();
                position += count;
                bytes += count;
            }
        }

        error ??= ChangedMeanwhile(fd, status);
        FileEnd last = error is null ? End(end) : Error(error);
        output.Add(new FileRecord { Number = record.Number, End = last });
        Count(last, bytes);
    }

    // Where the next data is; false: only a hole is left, or the error is set.
    private static bool NextExtent(int fd, ref long position, ref long extentEnd, out string? error)
    {
        error = null;
        long data = PosixFile.NextData(fd, position);
        if (data is -Errno.ENXIO)
        {
            return false;
        }

        if (data < 0)
        {
            // A file system without SEEK_DATA: everything is data.
            return true;
        }

        if (data >= extentEnd)
        {
            return false;
        }

        position = data;
        long hole = PosixFile.NextHole(fd, data);
        extentEnd = hole < 0 ? extentEnd : Math.Min(hole, extentEnd);
        return true;
    }

    private void Emit(ulong number, long position, int count)
    {
        while (count > 0)
        {
            int length = Math.Min(count, CopyLimits.RecordData);
            ByteString data = output.Take(length);
            _hash.Append(position, data.Span);
            output.Add(new FileRecord { Number = number, Offset = (ulong)position, Data = data });
            position += length;
            count -= length;
        }
    }

    // Growing is what logs do, and what was there is copied whole; the same length with another time is a rewrite.
    private static string? ChangedMeanwhile(int fd, in FileStatus before)
    {
        int result = PosixFile.GetStatus(fd, out FileStatus after);
        if (result < 0)
        {
            return "read: " + Errno.Describe(-result);
        }

        bool touched = after.ModifiedSeconds != before.ModifiedSeconds
            || after.ModifiedNanoseconds != before.ModifiedNanoseconds;
        return after.Size < before.Size ? Shrank : touched && after.Size == before.Size ? Changed : null;
    }

    private FileEnd End(ReadOnlySpan<byte> data, long size)
    {
        if (!data.IsEmpty)
        {
            _hash.Append(0, data);
        }

        return End(size);
    }

    private FileEnd End(long size)
    {
        byte[] hash = new byte[ContentHash.Size];
        _hash.Finish(hash);
        return new FileEnd { Size = (ulong)size, Hash = UnsafeByteOperations.UnsafeWrap(hash) };
    }

    private static FileEnd Error(string message) => new() { Error = message };

    private void Count(FileEnd end, long bytes)
    {
        summary.Bytes += (ulong)bytes;
        // A file given up in the middle is the receiver's to count and to tell.
        summary.Files += end.Error.Length == 0 ? 1UL : 0;
    }
}
