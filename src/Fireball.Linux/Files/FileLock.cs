using System.Runtime.InteropServices;
using System.Text;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>An exclusive lock on a file (flock); ends with its holder, however that ends.</summary>
public sealed class FileLock : IDisposable
{
    private readonly Descriptor _file;

    private FileLock(Descriptor file) => _file = file;

    /// <summary>Takes the lock, waiting until its holder gives it back. Blocks the thread.</summary>
    /// <exception cref="PosixException">The file cannot be made, opened or locked, is a symbolic link, or another user's.</exception>
    public static FileLock Take(string path) => TryLock(path, LOCK_EX)!;

    /// <summary>Takes the lock if it is free; null otherwise.</summary>
    /// <exception cref="PosixException">The file cannot be made, opened or locked, is a symbolic link, or another user's.</exception>
    public static FileLock? TryTake(string path) => TryLock(path, LOCK_EX | LOCK_NB);

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Locks an open file or directory (flock(2)). 0, or the error number.</summary>
    internal static int Lock(int descriptor, int operation)
    {
        while (NativeCalls.flock(descriptor, operation) != 0)
        {
            if (Marshal.GetLastPInvokeError() is var error and not Errno.EINTR)
            {
                return error;
            }
        }

        return 0;
    }

    private static FileLock? TryLock(string path, int operation)
    {
        // Not by File.OpenHandle, which takes a lock of its own. To be written, as NFS wants it for an exclusive one.
        int descriptor = PosixFile.OpenAt(
            PosixFile.CurrentDirectory,
            Encoding.UTF8.GetBytes(path),
            OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.NoFollow,
            PermissionBits.PrivateFile);
        if (descriptor < 0)
        {
            throw new PosixException(-descriptor, $"cannot open {path}");
        }

        var file = new Descriptor(descriptor);
        if (PosixFile.GetStatus(descriptor, out FileStatus status) < 0 || status.UserId != PeerIdentity.OwnUserId)
        {
            // They could hold the lock for ever.
            file.Dispose();
            throw new PosixException(Errno.EPERM, $"cannot lock {path}, which belongs to user {status.UserId}");
        }

        int error = Lock(descriptor, operation);
        if (error == 0)
        {
            return new FileLock(file);
        }

        file.Dispose();

        // EWOULDBLOCK by its other name.
        return error == Errno.EAGAIN ? null : throw new PosixException(error, $"cannot lock {path}");
    }
}
