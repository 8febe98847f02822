using Fireball.Linux;
using Fireball.V1;

namespace Fireball.Files;

// One file on its way: without a name, or under a temporary one, until everything of it is right.
internal sealed class PendingFile(TemporaryNames temporaries, bool sync)
{
    private readonly ContentHash _hash = new();
    private readonly EarlySync _early = new();
    private int _fd = -1;
    private int _directory;
    private byte[] _directoryPath = [];
    private byte[] _name = [];
    private byte[]? _temporary;
    private long _written;
    private long _syncFrom;
    private long _bytes;

    /// <summary>Data bytes written, holes not counted.</summary>
    public long Bytes => _bytes;

    /// <summary>Begins a file for <paramref name="name"/> in an open directory. 0, or the error.</summary>
    public int Open(int directory, ReadOnlySpan<byte> name, byte[] directoryPath)
    {
        _directory = directory;
        _directoryPath = directoryPath;
        _name = name.ToArray();
        _temporary = null;
        _written = _syncFrom = _bytes = 0;
        _hash.Reset();
        if (temporaries.UseUnnamed)
        {
            _fd = PosixFile.OpenAt(
                directory, "."u8, OpenFlags.WriteOnly | OpenFlags.Unnamed | OpenFlags.Directory, PermissionBits.PrivateFile);
            // EISDIR: a kernel that does not know O_TMPFILE; EOPNOTSUPP: a file system that does not.
            if (_fd is not (-Errno.EOPNOTSUPP or -Errno.EISDIR or -Errno.EINVAL))
            {
                return Math.Min(_fd, 0);
            }

            temporaries.UseUnnamed = false;
        }

        _temporary = temporaries.Next(directoryPath);
        _fd = PosixFile.OpenAt(
            directory,
            _temporary,
            OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow,
            PermissionBits.PrivateFile);
        if (_fd < 0)
        {
            _temporary = null;
        }

        return Math.Min(_fd, 0);
    }

    /// <summary>Writes data at an offset not before the last. 0, or the error.</summary>
    public int Write(long offset, ReadOnlySpan<byte> data)
    {
        _hash.Append(offset, data);
        int result = PosixFile.WriteFully(_fd, data, offset);
        if (result < 0)
        {
            return result;
        }

        _written = offset + data.Length;
        _bytes += data.Length;
        if (sync && _written - _syncFrom >= CopyLimits.EarlySync && _early.TryBegin(_fd))
        {
            _syncFrom = _written;
        }

        return 0;
    }

    /// <summary>Whether the sender's hash is that of what came.</summary>
    public bool Matches(ReadOnlySpan<byte> hash)
    {
        Span<byte> own = stackalloc byte[ContentHash.Size];
        _hash.Finish(own);
        return hash.SequenceEqual(own);
    }

    /// <summary>Length, mode, time, sync, and then the name in one step. 0, or the error and its step.</summary>
    /// <param name="entry">The mode and the time.</param>
    /// <param name="size">The length; beyond what was written a hole.</param>
    /// <param name="alone">It is synced here; one of many is with them at the end.</param>
    /// <param name="step">What the error came from.</param>
    public int Commit(FileEntry entry, long size, bool alone, out string step)
    {
        step = "sync";
        int result = _early.Finish();
        if (result >= 0 && size > _written)
        {
            step = "write";
            result = PosixFile.Truncate(_fd, size);
        }

        if (result >= 0)
        {
            step = "set mode";
            result = PosixFile.ChangeMode(_fd, entry.Mode & PermissionBits.All);
        }

        if (result >= 0)
        {
            step = "set time";
            result = PosixFile.SetModified(_fd, entry.ModifiedSeconds, entry.ModifiedNanoseconds);
        }

        if (result >= 0 && sync && alone)
        {
            step = "sync";
            result = PosixFile.Sync(_fd);
        }

        if (result >= 0)
        {
            step = _temporary is null ? "link" : "close";
            result = _temporary is null ? Link() : CloseTemporary();
        }

        if (result >= 0 && _temporary is not null)
        {
            step = "rename";
            result = PosixFile.Rename(_directory, _temporary, _name);
            _temporary = result < 0 ? _temporary : null;
        }

        if (result < 0)
        {
            Drop();
            return result;
        }

        step = "close";
        return Close();
    }

    /// <summary>Leaves nothing of it.</summary>
    public void Drop()
    {
        _ = Close();
        if (_temporary is not null)
        {
            _ = PosixFile.Unlink(_directory, _temporary);
            _temporary = null;
        }
    }

    // A name that is free is taken directly. One that is not can only be replaced by a rename, so the file gets a
    // temporary name for that moment.
    private int Link()
    {
        int result = PosixFile.LinkUnnamed(_fd, _directory, _name);
        if (result != -Errno.EEXIST)
        {
            return result;
        }

        result = Replaceable(_directory, _name);
        if (result < 0)
        {
            return result;
        }

        _temporary = temporaries.Next(_directoryPath);
        result = PosixFile.LinkUnnamed(_fd, _directory, _temporary);
        if (result < 0)
        {
            _temporary = null;
        }

        return result;
    }

    private int CloseTemporary()
    {
        int result = Close();
        return result < 0 ? result : Math.Min(Replaceable(_directory, _name), 0);
    }

    /// <summary>
    /// 0 where the name is free or a file or link that may be replaced; EISDIR for a directory, EBUSY for what is
    /// none of these: a device is never replaced by a file.
    /// </summary>
    public static int Replaceable(int directory, ReadOnlySpan<byte> name)
    {
        int result = PosixFile.GetStatusAt(directory, name, follow: false, out FileStatus status);
        return result switch
        {
            -Errno.ENOENT => 0,
            < 0 => result,
            _ => status.Kind switch
            {
                FileKind.Regular or FileKind.SymbolicLink => 0,
                FileKind.Directory => -Errno.EISDIR,
                _ => -Errno.EBUSY,
            },
        };
    }

    private int Close()
    {
        if (_fd < 0)
        {
            return 0;
        }

        // After a drop its result does not matter; but nothing may sync another file under the same number.
        _ = _early.Finish();
        int result = PosixFile.Close(_fd);
        _fd = -1;
        return result;
    }
}
