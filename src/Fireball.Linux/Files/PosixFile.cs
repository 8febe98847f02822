using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// File system calls by descriptor. Each returns a negated errno on failure (so a result below zero is an error,
/// see <see cref="Errno"/>), repeats what a signal interrupted, and throws only for a name that holds a NUL.
/// </summary>
/// <remarks>Names are bytes without a terminating NUL, at most <see cref="MaxPathLength"/> of them.</remarks>
public static unsafe class PosixFile
{
    /// <summary>Stands for the current directory where a directory's descriptor is wanted (AT_FDCWD).</summary>
    public const int CurrentDirectory = AT_FDCWD;

    /// <summary>PATH_MAX less the terminating NUL, bytes.</summary>
    public const int MaxPathLength = 4095;

    /// <summary>Opens <paramref name="path"/> as seen from a directory; the descriptor closes on exec.</summary>
    public static int OpenAt(int directory, ReadOnlySpan<byte> path, OpenFlags flags, uint mode = 0)
    {
        byte* name = stackalloc byte[Room(path)];
        if (!TryTerminate(path, name, out int error))
        {
            return error;
        }

        int bits = ToKernel(flags | OpenFlags.CloseOnExec, KernelAbi.Current);
        while (true)
        {
            int fd = NativeCalls.openat(directory, name, bits, mode);
            if (fd >= 0 || Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                return fd >= 0 ? fd : -Marshal.GetLastPInvokeError();
            }
        }
    }

    /// <summary>Closes a descriptor. An error (a write that failed late) is told once; it is closed in any case.</summary>
    public static int Close(int fd) => Check(NativeCalls.close(fd));

    /// <summary>Reads until <paramref name="buffer"/> is full or the file ends. Bytes read.</summary>
    public static int ReadFully(int fd, Span<byte> buffer, long offset)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            nint n;
            fixed (byte* p = buffer[total..])
            {
                n = NativeCalls.pread(fd, p, (nuint)(buffer.Length - total), offset + total);
            }

            if (n > 0)
            {
                total += (int)n;
            }
            else if (n == 0)
            {
                break;
            }
            else if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                return -Marshal.GetLastPInvokeError();
            }
        }

        return total;
    }

    /// <summary>One read. Bytes read, which may be fewer than asked for; 0 at the end of the file.</summary>
    public static int Read(int fd, Span<byte> buffer, long offset)
    {
        while (true)
        {
            nint n;
            fixed (byte* p = buffer)
            {
                n = NativeCalls.pread(fd, p, (nuint)buffer.Length, offset);
            }

            if (n >= 0 || Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                return n >= 0 ? (int)n : -Marshal.GetLastPInvokeError();
            }
        }
    }

    /// <summary>Writes all of <paramref name="data"/> at <paramref name="offset"/>. 0, or the error.</summary>
    public static int WriteFully(int fd, ReadOnlySpan<byte> data, long offset)
    {
        while (!data.IsEmpty)
        {
            nint n;
            fixed (byte* p = data)
            {
                n = NativeCalls.pwrite(fd, p, (nuint)data.Length, offset);
            }

            if (n >= 0)
            {
                data = data[(int)n..];
                offset += n;
            }
            else if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                return -Marshal.GetLastPInvokeError();
            }
        }

        return 0;
    }

    /// <summary>Appends all of <paramref name="data"/>. 0, or the error.</summary>
    public static int AppendFully(int fd, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            nint n;
            fixed (byte* p = data)
            {
                n = NativeCalls.write(fd, p, (nuint)data.Length);
            }

            if (n >= 0)
            {
                data = data[(int)n..];
            }
            else if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                return -Marshal.GetLastPInvokeError();
            }
        }

        return 0;
    }

    /// <summary>
    /// Where the next data begins at or after <paramref name="offset"/>. ENXIO: there is none before the end.
    /// </summary>
    public static long NextData(int fd, long offset) => Check(NativeCalls.lseek(fd, offset, SEEK_DATA));

    /// <summary>Where the next hole (or the end of the file) begins at or after <paramref name="offset"/>.</summary>
    public static long NextHole(int fd, long offset) => Check(NativeCalls.lseek(fd, offset, SEEK_HOLE));

    /// <summary>Sets the file's length; what is added is a hole.</summary>
    public static int Truncate(int fd, long length) => Check(NativeCalls.ftruncate(fd, length));

    /// <summary>What an open file is.</summary>
    public static int GetStatus(int fd, out FileStatus status)
    {
        byte empty = 0;
        StatxBuffer buffer;
        int result = Check(NativeCalls.statx(fd, &empty, AT_EMPTY_PATH, STATX_BASIC_STATS, &buffer));
        status = result < 0 ? default : buffer.ToStatus();
        return result;
    }

    /// <summary>What a name in a directory is.</summary>
    public static int GetStatusAt(int directory, ReadOnlySpan<byte> path, bool follow, out FileStatus status)
    {
        status = default;
        byte* name = stackalloc byte[Room(path)];
        if (!TryTerminate(path, name, out int error))
        {
            return error;
        }

        StatxBuffer buffer;
        int flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
        int result = Check(NativeCalls.statx(directory, name, flags, STATX_BASIC_STATS, &buffer));
        status = result < 0 ? default : buffer.ToStatus();
        return result;
    }

    /// <summary>
    /// Fills <paramref name="buffer"/> with linux_dirent64 records (see <see cref="DirectoryEntries"/>). Bytes
    /// filled, 0 at the end.
    /// </summary>
    public static int ReadDirectory(int fd, Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            return (int)Check(NativeCalls.getdents64(fd, p, (nuint)buffer.Length));
        }
    }

    /// <summary>Reads a symbolic link's target. Bytes read; a result as long as the buffer may be cut off.</summary>
    public static int ReadLinkAt(int directory, ReadOnlySpan<byte> path, Span<byte> target)
    {
        byte* name = stackalloc byte[Room(path)];
        if (!TryTerminate(path, name, out int error))
        {
            return error;
        }

        fixed (byte* p = target)
        {
            return (int)Check(NativeCalls.readlinkat(directory, name, p, (nuint)target.Length));
        }
    }

    /// <summary>Makes a symbolic link; EEXIST where the name is taken.</summary>
    public static int SymlinkAt(ReadOnlySpan<byte> target, int directory, ReadOnlySpan<byte> path)
    {
        byte* text = stackalloc byte[Room(target)];
        byte* name = stackalloc byte[Room(path)];
        return !TryTerminate(target, text, out int error) || !TryTerminate(path, name, out error)
            ? error
            : Check(NativeCalls.symlinkat(text, directory, name));
    }

    /// <summary>
    /// Gives a file opened with <see cref="OpenFlags.Unnamed"/> a name; EEXIST where the name is taken. Needs /proc.
    /// </summary>
    public static int LinkUnnamed(int fd, int directory, ReadOnlySpan<byte> path)
    {
        // "/proc/self/fd/" and at most ten digits.
        Span<byte> source = stackalloc byte[32];
        "/proc/self/fd/"u8.CopyTo(source);
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(fd, source[14..], out int digits);
        source[14 + digits] = 0;
        byte* name = stackalloc byte[Room(path)];
        if (!TryTerminate(path, name, out int error))
        {
            return error;
        }

        fixed (byte* p = source)
        {
            return Check(NativeCalls.linkat(CurrentDirectory, p, directory, name, AT_SYMLINK_FOLLOW));
        }
    }

    /// <summary>Renames within one directory; what had the new name is replaced in one step.</summary>
    public static int Rename(int directory, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        byte* oldName = stackalloc byte[Room(from)];
        byte* newName = stackalloc byte[Room(to)];
        return !TryTerminate(from, oldName, out int error) || !TryTerminate(to, newName, out error)
            ? error
            : Check(NativeCalls.renameat(directory, oldName, directory, newName));
    }

    /// <summary>Removes a name that is no directory.</summary>
    public static int Unlink(int directory, ReadOnlySpan<byte> path) => Unlink(directory, path, 0);

    /// <summary>Removes an empty directory.</summary>
    public static int RemoveDirectory(int directory, ReadOnlySpan<byte> path) =>
        Unlink(directory, path, AT_REMOVEDIR);

    /// <summary>Makes a directory; EEXIST where the name is taken.</summary>
    public static int MakeDirectory(int directory, ReadOnlySpan<byte> path, uint mode)
    {
        byte* name = stackalloc byte[Room(path)];
        return TryTerminate(path, name, out int error)
            ? Check(NativeCalls.mkdirat(directory, name, mode))
            : error;
    }

    /// <summary>Sets the permission bits (07777); the umask has no part in it.</summary>
    public static int ChangeMode(int fd, uint permissions) => Check(NativeCalls.fchmod(fd, permissions));

    /// <summary>Sets the modification time of an open file.</summary>
    public static int SetModified(int fd, long seconds, uint nanoseconds)
    {
        Timespec* times = stackalloc Timespec[2];
        times[0] = new Timespec { Nanoseconds = UTIME_OMIT };
        times[1] = new Timespec { Seconds = seconds, Nanoseconds = nanoseconds };
        return Check(NativeCalls.futimens(fd, times));
    }

    /// <summary>Sets the modification time of a name, of a symbolic link itself.</summary>
    public static int SetModifiedAt(int directory, ReadOnlySpan<byte> path, long seconds, uint nanoseconds)
    {
        byte* name = stackalloc byte[Room(path)];
        if (!TryTerminate(path, name, out int error))
        {
            return error;
        }

        Timespec* times = stackalloc Timespec[2];
        times[0] = new Timespec { Nanoseconds = UTIME_OMIT };
        times[1] = new Timespec { Seconds = seconds, Nanoseconds = nanoseconds };
        return Check(NativeCalls.utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW));
    }

    /// <summary>Waits until the file is on the disk.</summary>
    public static int Sync(int fd) => Check(NativeCalls.fsync(fd));

    /// <summary>Waits until everything of the file system that holds <paramref name="fd"/> is on the disk.</summary>
    public static int SyncFileSystem(int fd) => Check(NativeCalls.syncfs(fd));

    /// <summary>Waits until the file's data, and what of its metadata is needed to read it, are on the disk.</summary>
    public static int SyncData(int fd) => Check(NativeCalls.fdatasync(fd));

    /// <summary>The flags as an architecture's kernel has them.</summary>
    internal static int ToKernel(OpenFlags flags, KernelAbi abi) =>
        (int)(flags & ~(OpenFlags.Directory | OpenFlags.NoFollow))
        | (flags.HasFlag(OpenFlags.Directory) ? abi.O_DIRECTORY : 0)
        | (flags.HasFlag(OpenFlags.NoFollow) ? abi.O_NOFOLLOW : 0);

    private static int Unlink(int directory, ReadOnlySpan<byte> path, int flags)
    {
        byte* name = stackalloc byte[Room(path)];
        return TryTerminate(path, name, out int error)
            ? Check(NativeCalls.unlinkat(directory, name, flags))
            : error;
    }

    // Bounds what stackalloc takes: a longer name takes no room and is refused by TryTerminate.
    private static int Room(ReadOnlySpan<byte> path) => path.Length > MaxPathLength ? 1 : path.Length + 1;

    private static bool TryTerminate(ReadOnlySpan<byte> path, byte* terminated, out int error)
    {
        if (path.Length > MaxPathLength)
        {
            error = -Errno.ENAMETOOLONG;
            return false;
        }

        if (path.Contains((byte)0))
        {
            throw new ArgumentException("A name holds a NUL byte.", nameof(path));
        }

        path.CopyTo(new Span<byte>(terminated, path.Length));
        terminated[path.Length] = 0;
        error = 0;
        return true;
    }

    private static int Check(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    private static long Check(long result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();
}
