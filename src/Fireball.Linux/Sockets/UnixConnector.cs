using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>
/// Connects to Unix-domain sockets, which succeeds or fails at once, unless as many connections wait for the listener's process as
/// may.
/// </summary>
public static class UnixConnector
{
    // A process that takes no connection for so long is stopped or hung.
    private const long MaxSeconds = 20;

    /// <summary>A connected, blocking socket.</summary>
    /// <exception cref="PosixException">ECONNREFUSED: no process listens; ENOENT: there is no such socket; EAGAIN: a process
    /// listens, and has taken no connection for 20 s.</exception>
    public static unsafe Descriptor Connect(string path)
    {
        var socket = SystemCall.Own(NativeCalls.socket(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0), "socket");
        var address = UnixAddress.Of(path);
        fixed (byte* p = address)
        {
            // The kernel waits as long for a place in the listener's queue (unix(7) has no word of it; af_unix.c, sock_sndtimeo).
            Limit(socket, MaxSeconds);
            if (NativeCalls.connect(socket.Number, p, (uint)address.Length) == 0)
            {
                Limit(socket, 0);
                return socket;
            }
        }

        var errno = Marshal.GetLastPInvokeError();
        socket.Dispose();
        throw new PosixException(errno, $"connect {path}");
    }

    private static unsafe void Limit(Descriptor socket, long seconds)
    {
        var limit = new TimeValue { Seconds = seconds };
        SystemCall.Check(
            NativeCalls.setsockopt(socket.Number, SOL_SOCKET, SO_SNDTIMEO, &limit, (uint)sizeof(TimeValue)), "setsockopt SO_SNDTIMEO");
    }
}
