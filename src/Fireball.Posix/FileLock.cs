using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fireball.Posix;

/// <summary>An exclusive lock on a file (flock); ends with its holder, however that ends.</summary>
public sealed partial class FileLock : IDisposable
{
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int Eintr = 4;
    private const int Ewouldblock = 11;

    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock, waiting for whoever holds it. Blocks the thread.</summary>
    public static FileLock Take(string path) => TryLock(path, LockExclusive)!;

    /// <summary>Takes the lock if nobody holds it; null otherwise.</summary>
    public static FileLock? TryTake(string path) => TryLock(path, LockExclusive | LockNonBlocking);

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _file.Dispose();

    private static FileLock? TryLock(string path, int operation)
    {
        // Not by File.OpenHandle, which takes a lock of its own.
        int descriptor = Open(path, ReadWrite | Create | CloseOnExec, 0x180);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new IOException($"cannot open {path}: {new Win32Exception(error).Message}", error);
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        while (FLock(file, operation) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Eintr)
            {
                continue;
            }

            file.Dispose();
            return error == Ewouldblock
                ? null
                : throw new IOException($"cannot lock {path}: {new Win32Exception(error).Message}", error);
        }

        return new FileLock(file);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLock(SafeFileHandle file, int operation);
}
