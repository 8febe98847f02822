using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// Starts processes with posix_spawn(3): each in a session of its own, with no descriptor but those it is given. All
/// processes are started here.
/// </summary>
internal static unsafe class Spawner
{
    // Larger than glibc's and musl's posix_spawnattr_t (336) and posix_spawn_file_actions_t (80).
    private const int AttributesSize = 512;
    private const int ActionsSize = 256;

    // A child inherits the umask in force when it is cloned, and the umask is the whole process's: spawns that change
    // it run alone, the others side by side.
    private static readonly ReaderWriterLockSlim UmaskGate = new();

    /// <summary>Starts the command; the three descriptors (3 or above) become its 0, 1 and 2.</summary>
    /// <returns>The process id.</returns>
    /// <exception cref="SpawnException">Nothing was started.</exception>
    internal static int Start(SpawnRequest request, int input, int output, int error)
    {
        using var directory = OpenWorkingDirectory(request.WorkingDirectory);
        var at = directory?.Number ?? AT_FDCWD;
        var command = request.Arguments[0].Span;
        var path = ExecutableSearch.Find(command, request.Environment, at);
        ReadOnlySpan<int> descriptors = [input, output, error];
        var errno = StartMasked(path, request.Arguments, request, at, descriptors, out var pid);
        if (errno == Errno.ENOEXEC)
        {
            // No header the kernel knows: a shell runs such a file as a script.
            ReadOnlyMemory<byte>[] script =
                ["/bin/sh"u8.ToArray(), path.AsMemory(..^1), .. request.Arguments.Skip(1)];
            errno = StartMasked("/bin/sh\0"u8.ToArray(), script, request, at, descriptors, out pid);
        }

        return errno == 0 ? pid : throw Explain(errno, command, request.WorkingDirectory.Span, directory);
    }

    /// <summary>
    /// Starts the executable <paramref name="path"/> (NUL-terminated) with these descriptors as its 0, 1, 2 and so on,
    /// <paramref name="blocked"/> as its signal mask, and the default action for the signals of
    /// <paramref name="defaulted"/>.
    /// </summary>
    /// <returns>0, or the error number.</returns>
    internal static int Spawn(
        byte[] path,
        IReadOnlyList<ReadOnlyMemory<byte>> arguments,
        byte** environment,
        int directory,
        ReadOnlySpan<int> descriptors,
        SignalSet blocked,
        SignalSet defaulted,
        out int pid)
    {
        var attributes = stackalloc byte[AttributesSize];
        var actions = stackalloc byte[ActionsSize];
        var argv = StringArray.Allocate(arguments);
        var child = 0;
        try
        {
            _ = NativeCalls.posix_spawnattr_init(attributes);
            _ = NativeCalls.posix_spawnattr_setflags(
                attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
            _ = NativeCalls.posix_spawnattr_setsigmask(attributes, &blocked);
            _ = NativeCalls.posix_spawnattr_setsigdefault(attributes, &defaulted);
            _ = NativeCalls.posix_spawn_file_actions_init(actions);
            var errno = AddActions(actions, directory, descriptors);
            fixed (byte* p = path)
            {
                return errno != 0
                    ? errno
                    : NativeCalls.posix_spawn(&child, p, actions, attributes, argv, environment);
            }
        }
        finally
        {
            pid = child;
            _ = NativeCalls.posix_spawn_file_actions_destroy(actions);
            _ = NativeCalls.posix_spawnattr_destroy(attributes);
            NativeMemory.Free(argv);
        }
    }

    private static int AddActions(byte* actions, int directory, ReadOnlySpan<int> descriptors)
    {
        var errno = directory == AT_FDCWD
            ? 0
            : NativeCalls.posix_spawn_file_actions_addfchdir_np(actions, directory);
        for (var i = 0; i < descriptors.Length && errno == 0; i++)
        {
            errno = NativeCalls.posix_spawn_file_actions_adddup2(actions, descriptors[i], i);
        }

        // All of ours are close-on-exec; what a library or our own parent left open is not.
        return errno != 0
            ? errno
            : CloseFrom(actions, descriptors.Length);
    }

    private static int CloseFrom(byte* actions, int first)
    {
        try
        {
            return NativeCalls.posix_spawn_file_actions_addclosefrom_np(actions, first);
        }
        catch (EntryPointNotFoundException)
        {
            // Looked up at run time, where a program that is not linked as ours are uses this library: musl has no such
            // function, nor glibc before 2.34. Ours are closed all the same.
            return 0;
        }
    }

    private static int StartMasked(
        byte[] path,
        IReadOnlyList<ReadOnlyMemory<byte>> arguments,
        SpawnRequest request,
        int directory,
        ReadOnlySpan<int> descriptors,
        out int pid)
    {
        var environment = request.Environment.Pointer;
        if (request.Umask is not { } umask)
        {
            UmaskGate.EnterReadLock();
            try
            {
                return Spawn(path, arguments, environment, directory, descriptors, SignalSet.None, SignalSet.All, out pid);
            }
            finally
            {
                UmaskGate.ExitReadLock();
                GC.KeepAlive(request);
            }
        }

        UmaskGate.EnterWriteLock();
        var before = NativeCalls.umask(umask);
        try
        {
            return Spawn(path, arguments, environment, directory, descriptors, SignalSet.None, SignalSet.All, out pid);
        }
        finally
        {
            _ = NativeCalls.umask(before);
            UmaskGate.ExitWriteLock();
            GC.KeepAlive(request);
        }
    }

    private static Descriptor? OpenWorkingDirectory(ReadOnlyMemory<byte> path)
    {
        if (path.IsEmpty)
        {
            return null;
        }

        fixed (byte* p = SystemCall.Terminated(path.Span))
        {
            var opened = NativeCalls.openat(AT_FDCWD, p, O_PATH | KernelAbi.Current.O_DIRECTORY | O_CLOEXEC, 0);
            return opened >= 0 ? new Descriptor(opened) : throw Directory(path.Span, Marshal.GetLastPInvokeError());
        }
    }

    // posix_spawn has one error number for all its steps: which one failed is found out afterwards.
    private static SpawnException Explain(
        int errno, ReadOnlySpan<byte> command, ReadOnlySpan<byte> workingDirectory, Descriptor? directory)
    {
        if (errno == Errno.EACCES && directory is not null)
        {
            fixed (byte* here = "."u8)
            {
                if (NativeCalls.faccessat(directory.Number, here, F_OK, AT_EACCESS) != 0)
                {
                    return Directory(workingDirectory, Marshal.GetLastPInvokeError());
                }
            }
        }

        return ExecutableSearch.Failure(command, errno);
    }

    private static SpawnException Directory(ReadOnlySpan<byte> path, int errno) => new(
        SpawnFailure.WorkingDirectory,
        errno,
        $"working directory {TerminalText.EscapePath(path)}: {Errno.Describe(errno)}");
}
