using Fireball.Posix;

namespace Fireball.Serve;

/// <summary>Both ends of the socket between a command and the background process.</summary>
internal static class ServeSocket
{
    /// <summary>Listens. What lies at the path is removed: whoever holds the owner's lock may.</summary>
    public static UnixListener Listen(string path)
    {
        File.Delete(path);

        // The directory is 0700; nobody else reaches the socket, whatever its own mode.
        return UnixListener.Bind(Reactor.Shared, path, acceptInline: true);
    }

    /// <summary>Connects; null where nobody listens.</summary>
    /// <exception cref="IOException">The listener is not this user's.</exception>
    public static Descriptor? TryConnect(string path)
    {
        Descriptor socket;
        try
        {
            socket = UnixConnector.Connect(path);
        }
        catch (PosixException)
        {
            return null;
        }

        try
        {
            return WhyRefuse(PeerIdentity.Of(socket)) is { } reason ? throw new IOException($"{path}: {reason}") : socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Why the peer may not be talked to; null: it is this user.</summary>
    public static string? WhyRefuse(PeerIdentity peer)
    {
        uint user = peer.UserId;
        return user == PeerIdentity.OwnUserId ? null : $"the peer is user {user}, not {PeerIdentity.OwnUserId}";
    }
}
