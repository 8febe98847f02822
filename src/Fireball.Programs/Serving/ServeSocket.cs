using Fireball.Linux;

namespace Fireball.Programs;

/// <summary>Who may talk to whom on the sockets between a user's programs and the serving process.</summary>
public static class ServeSocket
{
    /// <summary>Connects; null where no process listens.</summary>
    /// <exception cref="IOException">The listener is not this user's.</exception>
    public static Descriptor? TryConnect(string path)
    {
        Descriptor socket;
        try
        {
            socket = UnixConnector.Connect(path);
        }
        catch (PosixException e) when (e.Errno == Errno.EAGAIN)
        {
            throw new IOException($"{path}: the process that listens there takes no connection; it may be stopped", e);
        }
        catch (PosixException)
        {
            return null;
        }

        try
        {
            return PeerIdentity.Of(socket).WhyNotOwn() is { } other ? throw new IOException($"{path}: the listener is {other}") : socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
