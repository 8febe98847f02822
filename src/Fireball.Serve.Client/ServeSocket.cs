using Fireball.Posix;

namespace Fireball.Serve.Client;

/// <summary>Who may talk to whom on the sockets between a user's programs and the serving process.</summary>
public static class ServeSocket
{
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
