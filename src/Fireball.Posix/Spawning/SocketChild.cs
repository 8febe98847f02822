using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Fireball.Posix.Spawning;

/// <summary>
/// A child process in a session of its own (so that no terminal's Ctrl-C or hang-up reaches it) whose standard input
/// and output are one end of a socket pair and whose standard error is one end of another: read and written without
/// a blocked thread, which pipes of System.Diagnostics.Process are not.
/// </summary>
public sealed unsafe class SocketChild : IDisposable
{
    private const int AfUnix = 1;
    private const int SockStream = 1;
    private const int SockCloexec = 0x80000;

    // POSIX_SPAWN_SETSIGDEF, _SETSIGMASK and _SETSID: .NET ignores SIGPIPE, which a child would inherit.
    private const short SpawnFlags = 0x04 | 0x08 | 0x80;

    // P_PID, WEXITED, WNOWAIT of waitid(2).
    private const int PidType = 1;
    private const int WaitExited = 4;
    private const int WaitNoReap = 0x1000000;

    // glibc and musl: file actions 80 bytes, attributes 336, a signal set 128; room to spare.
    private const int OpaqueSize = 512;

    private readonly Lock _gate = new();
    private bool _reaped;

    private SocketChild(int pid, Socket channel, Socket error)
    {
        Pid = pid;
        Channel = channel;
        Error = error;
    }

    /// <summary>The process id.</summary>
    public int Pid { get; }

    /// <summary>Our end of its standard input (send) and output (receive).</summary>
    public Socket Channel { get; }

    /// <summary>Our end of its standard error.</summary>
    public Socket Error { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="program">A path, or a name that is looked up in PATH.</param>
    /// <param name="arguments">All of argv, the program's name first.</param>
    /// <param name="environment">All of the environment.</param>
    /// <exception cref="Win32Exception">It cannot be started; with the errno.</exception>
    public static SocketChild Start(
        string program, IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        int* channel = stackalloc int[2];
        int* error = stackalloc int[2];
        Check(SpawnImports.SocketPair(AfUnix, SockStream | SockCloexec, 0, channel) == 0 ? 0 : Marshal.GetLastPInvokeError());
        if (SpawnImports.SocketPair(AfUnix, SockStream | SockCloexec, 0, error) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            _ = SpawnImports.Close(channel[0]);
            _ = SpawnImports.Close(channel[1]);
            Check(errno);
        }

        int result = Spawn(
            program,
            arguments,
            environment.Select(pair => pair.Key + "=" + pair.Value).ToList(),
            channel[1],
            error[1],
            out int pid);
        _ = SpawnImports.Close(channel[1]);
        _ = SpawnImports.Close(error[1]);
        if (result != 0)
        {
            _ = SpawnImports.Close(channel[0]);
            _ = SpawnImports.Close(error[0]);
            Check(result);
        }

        return new SocketChild(pid, Adopt(channel[0]), Adopt(error[0]));
    }

    /// <summary>Sends a signal; nothing once it has been waited for.</summary>
    public void Kill(int signal)
    {
        lock (_gate)
        {
            if (!_reaped)
            {
                _ = SpawnImports.Kill(Pid, signal);
            }
        }
    }

    /// <summary>
    /// Waits until it has exited, on a thread of its own: call it when the end of its output shows that it is about to.
    /// Exactly once.
    /// </summary>
    /// <returns>Its exit status, or 128 and the signal that killed it.</returns>
    public Task<int> WaitAsync() => Task.Factory.StartNew(
        Wait, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Closes our ends; the process goes on.</summary>
    public void Dispose()
    {
        Channel.Dispose();
        Error.Dispose();
    }

    private static Socket Adopt(int descriptor) => new(new SafeSocketHandle(descriptor, ownsHandle: true));

    private static void Check(int errno)
    {
        if (errno != 0)
        {
            throw new Win32Exception(errno);
        }
    }

    private static int Spawn(
        string program, IReadOnlyList<string> arguments, List<string> environment, int channel, int error, out int pid)
    {
        void* actions = stackalloc byte[OpaqueSize];
        void* attributes = stackalloc byte[OpaqueSize];
        void* signals = stackalloc byte[OpaqueSize];
        using var file = new NativeStrings([program]);
        using var argv = new NativeStrings(arguments);
        using var envp = new NativeStrings(environment);
        _ = SpawnImports.FileActionsInit(actions);
        _ = SpawnImports.FileActionsAddDup2(actions, channel, 0);
        _ = SpawnImports.FileActionsAddDup2(actions, channel, 1);
        _ = SpawnImports.FileActionsAddDup2(actions, error, 2);
        _ = SpawnImports.AttributesInit(attributes);
        _ = SpawnImports.AttributesSetFlags(attributes, SpawnFlags);
        _ = SpawnImports.SignalSetFill(signals);
        _ = SpawnImports.AttributesSetSignalDefaults(attributes, signals);
        _ = SpawnImports.SignalSetEmpty(signals);
        _ = SpawnImports.AttributesSetSignalMask(attributes, signals);
        int child = 0;
        int result = SpawnImports.PosixSpawnP(&child, file.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer);
        _ = SpawnImports.FileActionsDestroy(actions);
        _ = SpawnImports.AttributesDestroy(attributes);
        pid = child;
        return result;
    }

    private int Wait()
    {
        // First without reaping: until then its pid cannot become another process's, which Kill could hit.
        void* information = stackalloc byte[OpaqueSize];
        while (SpawnImports.WaitId(PidType, Pid, information, WaitExited | WaitNoReap) < 0
            && Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
        }

        int status = 0;
        lock (_gate)
        {
            _ = SpawnImports.WaitPid(Pid, &status, 0);
            _reaped = true;
        }

        int signal = status & 0x7F;
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal;
    }

    /// <summary>A null-terminated array of null-terminated UTF-8 strings.</summary>
    private readonly ref struct NativeStrings
    {
        private readonly byte** _pointer;
        private readonly int _count;

        internal NativeStrings(IReadOnlyList<string> strings)
        {
            _count = strings.Count;
            _pointer = (byte**)NativeMemory.AllocZeroed((nuint)_count + 1, (nuint)sizeof(byte*));
            for (int i = 0; i < _count; i++)
            {
                int length = Encoding.UTF8.GetByteCount(strings[i]);
                _pointer[i] = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
                Encoding.UTF8.GetBytes(strings[i], new Span<byte>(_pointer[i], length));
            }
        }

        internal byte** Pointer => _pointer;

        internal void Dispose()
        {
            for (int i = 0; i < _count; i++)
            {
                NativeMemory.Free(_pointer[i]);
            }

            NativeMemory.Free(_pointer);
        }
    }
}
