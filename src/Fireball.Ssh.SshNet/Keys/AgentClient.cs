using System.Net.Sockets;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// A connection to an ssh-agent. Synchronous, since SSH.NET asks for signatures so; on the thread that the connect has to
/// itself. An agent may ask its person before it signs; disposing ends the wait. Not thread-safe, but for Dispose.
/// </summary>
internal sealed class AgentClient : IDisposable
{
    private readonly Socket _socket;

    private AgentClient(Socket socket) => _socket = socket;

    /// <summary>Connects; null: no agent listens there, or the path is too long for a socket.</summary>
    internal static AgentClient? TryConnect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new AgentClient(socket);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>The keys that it holds.</summary>
    /// <exception cref="IOException">It went away, or answers what is no answer.</exception>
    internal IReadOnlyList<AgentIdentity> Identities() =>
        AgentProtocol.ReadIdentities(Ask(AgentProtocol.WriteRequestIdentities()));

    /// <summary>A signature, as it is on the wire; null: it refuses.</summary>
    /// <exception cref="IOException">As above.</exception>
    internal byte[]? Sign(byte[] key, byte[] data, uint flags) =>
        AgentProtocol.ReadSignature(Ask(AgentProtocol.WriteSignRequest(key, data, flags)));

    public void Dispose()
    {
        try
        {
            // Wakes who waits in it; closing alone does not, with a Unix-domain socket.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The agent has gone already, or we have.
        }

        _socket.Dispose();
    }

    private byte[] Ask(ReadOnlySpan<byte> request)
    {
        try
        {
            while (!request.IsEmpty)
            {
                request = request[_socket.Send(request)..];
            }

            Span<byte> header = stackalloc byte[4];
            Receive(header);
            byte[] message = new byte[AgentProtocol.ReadLength(header)];
            Receive(message);
            return message;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidDataException)
        {
            throw new IOException("the ssh agent: " + e.Message, e);
        }
    }

    private void Receive(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = _socket.Receive(bytes);
            bytes = count > 0 ? bytes[count..] : throw new InvalidDataException("it closed the connection");
        }
    }
}
