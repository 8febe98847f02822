using System.ComponentModel;
using System.Runtime.InteropServices;


namespace Fireball.Posix;

/// <summary>Directories with a fixed name that this user keeps between runs, and nobody else may enter.</summary>
public static partial class UserDirectory
{
    private const int Eexist = 17;
    private const int AtFdcwd = -100;
    private const int AtSymlinkNofollow = 0x100;
    private const uint StatxTypeModeUid = 0x1 | 0x2 | 0x8;
    private const int TypeMask = 0xF000;
    private const int TypeDirectory = 0x4000;
    private const int OthersBits = 0x3F;

    /// <summary>
    /// Makes the directory with mode 0700, or accepts it where it is there, is a directory and no symbolic link,
    /// belongs to this user and is closed to all others.
    /// </summary>
    /// <exception cref="IOException">It is not so, or could not be made; the message says which and what to do.</exception>
    public static void Ensure(string path)
    {
        if (MkDir(path, 0x1C0) == 0)
        {
            return;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error != Eexist)
        {
            throw new IOException($"cannot make {path}: {new Win32Exception(error).Message}", error);
        }

        if (WhyNotPrivate(path) is string reason)
        {
            throw new IOException($"{path} {reason}; it may have been planted there: remove it, or set XDG_RUNTIME_DIR");
        }
    }

    /// <summary>Why a path is not a private directory of this user, as the end of a sentence; null: it is one.</summary>
    public static unsafe string? WhyNotPrivate(string path)
    {
        Span<byte> status = stackalloc byte[256];
        status.Clear();
        fixed (byte* buffer = status)
        {
            if (Statx(AtFdcwd, path, AtSymlinkNofollow, StatxTypeModeUid, buffer) != 0)
            {
                return new Win32Exception(Marshal.GetLastPInvokeError()).Message;
            }
        }

        // struct statx: stx_uid at 20, stx_mode at 28.
        uint owner = MemoryMarshal.Read<uint>(status[20..]);
        int mode = MemoryMarshal.Read<ushort>(status[28..]);
        if ((mode & TypeMask) != TypeDirectory)
        {
            return "is not a directory";
        }

        if (owner != PeerIdentity.OwnUserId)
        {
            return $"belongs to user {owner}";
        }

        return (mode & OthersBits) != 0 ? "is open to other users (chmod 700 it)" : null;
    }

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkDir(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* status);
}
