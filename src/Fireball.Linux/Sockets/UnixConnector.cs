using System.Runtime.InteropServices;
using static Fireball.Linux.NativeConstants;

namespace Fireball.Linux;

/// <summary>Connects to Unix-domain sockets, which succeeds or fails at once.</summary>
public static class UnixConnector
{
    /// <summary>A connected, blocking socket.</summary>
    /// <exception cref="PosixException">ECONNREFUSED: no process listens; ENOENT: there is no such socket.</exception>
    public static unsafe Descriptor Connect(string path)
    {
        var socket = SystemCall.Own(NativeCalls.socket(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0), "socket");
        var address = UnixAddress.Of(path);
        fixed (byte* p = address)
        {
            if (NativeCalls.connect(socket.Number, p, (uint)address.Length) == 0)
            {
                return socket;
            }
        }

        var errno = Marshal.GetLastPInvokeError();
        socket.Dispose();
        throw new PosixException(errno, $"connect {path}");
    }
}
