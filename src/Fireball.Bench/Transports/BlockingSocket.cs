using System.Net.Sockets;

namespace Fireball.Bench;

/// <summary>The cheapest client there is: blocking calls on a socket.</summary>
internal static class BlockingSocket
{
    /// <summary>Sends all of it, and receives as much as the answer holds.</summary>
    /// <exception cref="WorkFailedException">The other side has closed.</exception>
    public static void Echo(Socket socket, ReadOnlySpan<byte> request, Span<byte> answer, CancellationToken cancellationToken)
    {
        // Shut down, both calls return at once.
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static socket => Abort((Socket)socket!), socket);
        try
        {
            while (!request.IsEmpty)
            {
                request = request[socket.Send(request)..];
            }

            while (!answer.IsEmpty)
            {
                int count = socket.Receive(answer);
                if (count == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    throw new WorkFailedException("the connection was closed");
                }

                answer = answer[count..];
            }
        }
        catch (SocketException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new WorkFailedException(failure.Message, failure);
        }
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // It is closed already.
        }
    }
}
