using System.Runtime.InteropServices;
using System.Text;

namespace Fireball.Linux;

/// <summary>Directories that only this user may enter.</summary>
public static unsafe class PrivateDirectory
{
    /// <summary>Creates a directory with mode 0700. It must not exist: a planted one or a symbolic link is refused.</summary>
    /// <exception cref="PosixException">EEXIST, or why it cannot be created.</exception>
    public static void Create(string path)
    {
        if (Make(path) is var error and not 0)
        {
            throw new PosixException(error, $"mkdir {path}");
        }

        if (!IsOwn(path))
        {
            throw new PosixException(Errno.EPERM, $"mkdir {path}: another user owns it");
        }
    }

    /// <summary>
    /// For one with a fixed name that is kept between runs: makes it with mode 0700, or accepts it where it is there, is a
    /// directory and no symbolic link, belongs to this user and is closed to all others.
    /// </summary>
    /// <exception cref="IOException">It is not so, or could not be made; the message says which and what to do.</exception>
    public static void Ensure(string path)
    {
        switch (Make(path))
        {
            case 0:
                return;
            case Errno.EEXIST:
                if (WhyNotOwn(path) is { } reason)
                {
                    throw new IOException($"{path} {reason}; it may have been planted there: remove it, or set XDG_RUNTIME_DIR");
                }

                return;
            case var error:
                throw new PosixException(error, $"cannot make {path}");
        }
    }

    /// <summary>It is a directory, no symbolic link, this user's, and no other user may enter.</summary>
    public static bool IsOwn(string path) => WhyNotOwn(path) is null;

    /// <summary>Why a path is not a private directory of this user, as the end of a sentence; null: it is one.</summary>
    public static string? WhyNotOwn(string path)
    {
        int result = PosixFile.GetStatusAt(
            PosixFile.CurrentDirectory, Encoding.UTF8.GetBytes(path), follow: false, out FileStatus status);
        if (result < 0)
        {
            return Errno.Describe(-result);
        }

        if (status.Kind != FileKind.Directory)
        {
            return "is not a directory";
        }

        if (status.UserId != PeerIdentity.OwnUserId)
        {
            return $"belongs to user {status.UserId}";
        }

        return (status.Permissions & PermissionBits.Others) != 0 ? "is open to other users (chmod 700 it)" : null;
    }

    /// <summary>Removes a socket or file, and then the directory that holds it, as far as they are there.</summary>
    public static void Remove(string directory, string name)
    {
        fixed (byte* file = SystemCall.Terminated($"{directory}/{name}"))
        {
            _ = NativeCalls.unlink(file);
        }

        fixed (byte* p = SystemCall.Terminated(directory))
        {
            _ = NativeCalls.rmdir(p);
        }
    }

    // 0, or the error number.
    private static int Make(string path)
    {
        fixed (byte* p = SystemCall.Terminated(path))
        {
            return NativeCalls.mkdir(p, PermissionBits.PrivateDirectory) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }
}
