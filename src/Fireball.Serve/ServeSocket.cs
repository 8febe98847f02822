using System.Net.Sockets;
using Fireball.Posix;

namespace Fireball.Serve;

/// <summary>Both ends of the socket between a command and the background process.</summary>
internal static class ServeSocket
{
    /// <summary>Commands that may wait to be accepted: more than a burst of xargs -P starts at a time (arbitrary).</summary>
    private const int Backlog = 512;

    /// <summary>Listens. What lies at the path is removed: whoever holds the owner's lock may.</summary>
    public static Socket Listen(string path)
    {
        File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // The directory is 0700; nobody else reaches the socket, whatever its own mode.
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects; null where nobody listens.</summary>
    /// <exception cref="IOException">The listener is not this user's.</exception>
    public static Socket? TryConnect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return WhyRefuse(socket) is { } reason ? throw new IOException($"{path}: {reason}") : socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Why the peer may not be talked to; null: it is this user.</summary>
    public static string? WhyRefuse(Socket socket)
    {
        uint user = PeerIdentity.Of(socket).UserId;
        return user == PeerIdentity.OwnUserId ? null : $"the peer is user {user}, not {PeerIdentity.OwnUserId}";
    }
}
