using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// Finds a command as a POSIX shell does (XCU 2.9.1.4): by PATH unless the name has a slash; what is found but may not be
/// executed is told apart from what is not found.
/// </summary>
internal static unsafe class ExecutableSearch
{
    // What a shell searches when PATH is not set: confstr(_CS_PATH) of Linux.
    private static ReadOnlySpan<byte> DefaultPath => "/bin:/usr/bin"u8;

    /// <summary>The path to execute, relative to <paramref name="directory"/> where it is relative, NUL-terminated.</summary>
    /// <exception cref="SpawnException">Not found, or not executable.</exception>
    internal static byte[] Find(ReadOnlySpan<byte> command, EnvironmentBlock environment, int directory)
    {
        if (command.IsEmpty)
        {
            throw new SpawnException(SpawnFailure.NotFound, Errno.ENOENT, "'': command not found");
        }

        if (command.Contains((byte)'/'))
        {
            var path = SystemCall.Terminated(command);
            return Probe(path, directory) is var errno and not 0 ? throw Failure(command, errno) : path;
        }

        var denied = 0;
        var search = environment.Get("PATH"u8) is { } value ? value.Span : DefaultPath;
        while (true)
        {
            var colon = search.IndexOf((byte)':');
            var prefix = colon < 0 ? search : search[..colon];
            var candidate = Join(prefix, command);
            switch (Probe(candidate, directory))
            {
                case 0:
                    return candidate;
                case Errno.EACCES:
                    denied = Errno.EACCES;
                    break;
                default:
                    break;
            }

            if (colon < 0)
            {
                throw Failure(command, denied != 0 ? denied : Errno.ENOENT);
            }

            search = search[(colon + 1)..];
        }
    }

    /// <summary>The failure for an error number that concerns the command itself.</summary>
    internal static SpawnException Failure(ReadOnlySpan<byte> command, int errno)
    {
        var name = TerminalText.EscapePath(command);
        return errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR when !command.Contains((byte)'/') =>
                new SpawnException(SpawnFailure.NotFound, errno, $"{name}: command not found"),
            Errno.ENOENT or Errno.ENOTDIR =>
                new SpawnException(SpawnFailure.NotFound, errno, $"{name}: {Errno.Describe(errno)}"),
            Errno.EAGAIN or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE =>
                new SpawnException(SpawnFailure.Resources, errno, $"cannot start {name}: {Errno.Describe(errno)}"),
            Errno.E2BIG or Errno.EINVAL =>
                new SpawnException(SpawnFailure.Invalid, errno, $"cannot start {name}: {Errno.Describe(errno)}"),
            _ => new SpawnException(SpawnFailure.NotExecutable, errno, $"{name}: {Errno.Describe(errno)}"),
        };
    }

    // An empty component of PATH is the working directory.
    private static byte[] Join(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> command) =>
        prefix.IsEmpty ? [.. "./"u8, .. command, 0] : [.. prefix, (byte)'/', .. command, 0];

    // 0, or the errno that says why the path cannot be executed. A directory is "permission denied", as execve has it.
    private static int Probe(byte[] path, int directory)
    {
        fixed (byte* p = path)
        {
            if (NativeCalls.faccessat(directory, p, X_OK, AT_EACCESS) != 0)
            {
                return Marshal.GetLastPInvokeError();
            }

            var inside = NativeCalls.openat(directory, p, O_PATH | KernelAbi.Current.O_DIRECTORY | O_CLOEXEC, 0);
            if (inside < 0)
            {
                return 0;
            }

            _ = NativeCalls.close(inside);
            return Errno.EACCES;
        }
    }
}
