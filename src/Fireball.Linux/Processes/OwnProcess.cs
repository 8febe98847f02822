using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>What a process sets about itself, and how it starts a copy of itself.</summary>
public static unsafe class OwnProcess
{
    // The descriptors that are looked at one by one where the kernel has no close_range (before Linux 5.9).
    private const int OldDescriptorLimit = 1024;

    /// <summary>The process that started this one, or 1 once that has died.</summary>
    public static int ParentId => NativeCalls.getppid();

    /// <summary>Orphaned descendants become children of this process (prctl(2), PR_SET_CHILD_SUBREAPER).</summary>
    public static void BecomeSubreaper() =>
        SystemCall.Check(NativeCalls.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl PR_SET_CHILD_SUBREAPER");

    /// <summary>Leads a session of its own, unless it leads a process group already.</summary>
    public static void TrySetSession() => _ = NativeCalls.setsid();

    /// <summary>The signal does nothing here from now on, nor in what is started by <see cref="StartCopy"/>.</summary>
    public static void Ignore(int signal) => _ = NativeCalls.signal(signal, SIG_IGN);

    /// <summary>What ps and top call this process; at most 15 bytes of ASCII.</summary>
    public static void SetName(string name)
    {
        fixed (byte* p = SystemCall.Terminated(name))
        {
            _ = NativeCalls.prctl(PR_SET_NAME, (nuint)p, 0, 0, 0);
        }
    }

    /// <summary>Sends a signal to another process.</summary>
    /// <returns>False: it is not there, or not ours.</returns>
    public static bool Send(int pid, int signal) => NativeCalls.kill(pid, signal) == 0;

    /// <summary>Sets the file mode creation mask and returns the one before.</summary>
    public static uint SetUmask(uint mask) => NativeCalls.umask(mask);

    /// <summary>Makes <paramref name="path"/> the working directory.</summary>
    /// <returns>False: it cannot be entered.</returns>
    public static bool TryChangeDirectory(string path)
    {
        fixed (byte* p = SystemCall.Terminated(path))
        {
            return NativeCalls.chdir(p) == 0;
        }
    }

    /// <summary>Opens /dev/null wherever 0, 1 or 2 is closed, so that nothing else gets these numbers.</summary>
    public static void EnsureStandardStreams()
    {
        fixed (byte* path = "/dev/null\0"u8)
        {
            int opened;
            do
            {
                opened = NativeCalls.open(path, O_RDWR | O_CLOEXEC, 0);
            }
            while (opened is >= 0 and <= 2);

            if (opened > 2)
            {
                _ = NativeCalls.close(opened);
            }
        }
    }

    /// <summary>What this process inherited above <paramref name="first"/> is not inherited further.</summary>
    public static void CloseOnExecFrom(int first)
    {
        if (NativeCalls.syscall(SYS_close_range, first, int.MaxValue, CLOSE_RANGE_CLOEXEC, 0) != 0)
        {
            for (var fd = first; fd < OldDescriptorLimit; fd++)
            {
                _ = NativeCalls.fcntl(fd, F_SETFD, FD_CLOEXEC);
            }
        }
    }

    /// <summary>A pair of connected sockets.</summary>
    public static (Descriptor One, Descriptor Other) SocketPair()
    {
        var ends = stackalloc int[2];
        SystemCall.Check(NativeCalls.socketpair(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0, ends), "socketpair");
        return (new Descriptor(ends[0]), new Descriptor(ends[1]));
    }

    /// <summary>
    /// Starts this very executable again, with the same standard streams and environment, <paramref name="channel"/> as
    /// its descriptor 3, and <paramref name="blocked"/> signals blocked in all its threads.
    /// </summary>
    /// <returns>The process id.</returns>
    public static int StartCopy(IReadOnlyList<string> arguments, Descriptor channel, IEnumerable<int> blocked)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ReadOnlyMemory<byte>[] argv = PosixText.EncodeAll(arguments);
        var mask = SignalSet.Of(blocked);
        ReadOnlySpan<int> descriptors = [0, 1, 2, channel.Number];
        var errno = 0;
        foreach (var path in ExecutablePaths())
        {
            errno = Spawner.Spawn(
                path, argv, NativeCalls.GetEnviron(), AT_FDCWD, descriptors, mask, SignalSet.None, out var pid);
            if (errno == 0)
            {
                return pid;
            }
        }

        throw new PosixException(errno, "start the worker process");
    }

    /// <summary>Waits until a child has ended.</summary>
    public static ProcessExit WaitFor(int pid)
    {
        int status;
        ResourceRecord usage;
        while (NativeCalls.wait4(pid, &status, 0, &usage) < 0)
        {
            if (Marshal.GetLastPInvokeError() is var errno and not Errno.EINTR)
            {
                throw new PosixException(errno, "wait4");
            }
        }

        return ProcessExit.Decode(status, usage, TimeSpan.Zero);
    }

    /// <summary>Waits until a child has ended, and leaves it to be reaped: until then its number is no other process's.</summary>
    internal static void AwaitEnd(int pid)
    {
        SignalInformation ended;
        while (NativeCalls.waitid(P_PID, (uint)pid, &ended, WEXITED | WNOWAIT) < 0
            && Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
            // A signal was handled here; the child still runs.
        }
    }

    /// <summary>Reaps all children that have ended.</summary>
    public static void ReapEnded()
    {
        int status;
        ResourceRecord usage;
        while (NativeCalls.wait4(-1, &status, WNOHANG, &usage) > 0)
        {
            // How they ended no longer matters.
        }
    }

    // Where there is no /proc (an empty chroot), the path the kernel was given at execve.
    private static IEnumerable<byte[]> ExecutablePaths()
    {
        yield return "/proc/self/exe\0"u8.ToArray();
        if (ExecutedAs() is { } path)
        {
            yield return path;
        }
    }

    private static byte[]? ExecutedAs()
    {
        var path = (byte*)NativeCalls.getauxval(AT_EXECFN);
        return path is null
            ? null
            : SystemCall.Terminated(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path));
    }
}
