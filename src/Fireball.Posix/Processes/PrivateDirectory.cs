using static Fireball.Posix.NativeConstants;

namespace Fireball.Posix;

/// <summary>Directories that only this user may enter.</summary>
public static unsafe class PrivateDirectory
{
    /// <summary>Creates a directory with mode 0700. It must not exist: a planted one or a symbolic link is refused.</summary>
    /// <exception cref="PosixException">EEXIST, or why it cannot be created.</exception>
    public static void Create(string path)
    {
        fixed (byte* p = SystemCall.Terminated(path))
        {
            SystemCall.Check(ProcessCalls.mkdir(p, 0b111_000_000), $"mkdir {path}");
        }

        if (!IsOwn(path))
        {
            throw new PosixException(Errno.EPERM, $"mkdir {path}: another user owns it");
        }
    }

    /// <summary>It is a directory, no symbolic link, this user's, and nobody else may enter.</summary>
    public static bool IsOwn(string path)
    {
        StatRecord record;
        fixed (byte* p = SystemCall.Terminated(path))
        {
            return ProcessCalls.lstat(p, &record) == 0
                && (record.Mode & S_IFMT) == S_IFDIR
                && (record.Mode & 0b111_111) == 0
                && record.Uid == ProcessCalls.geteuid();
        }
    }

    /// <summary>Removes a socket or file, and then the directory that holds it, as far as they are there.</summary>
    public static void Remove(string directory, string name)
    {
        fixed (byte* file = SystemCall.Terminated($"{directory}/{name}"))
        {
            _ = ProcessCalls.unlink(file);
        }

        fixed (byte* p = SystemCall.Terminated(directory))
        {
            _ = ProcessCalls.rmdir(p);
        }
    }
}
