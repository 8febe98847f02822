using System.Net.Sockets;

namespace Fireball.Zmtp;

/// <summary>A connected stream socket, Unix-domain or TCP.</summary>
internal sealed class SocketByteStream : ByteStream
{
    private readonly Socket _socket;
    private readonly IDisposable _owner;

    // The owner is what to dispose at the end: the socket or the stream around it.
    public SocketByteStream(Socket socket, IDisposable owner)
    {
        _socket = socket;
        _owner = owner;
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            // Messages are batched here already; Nagle's wait for an acknowledgement only adds up to 40 ms.
            socket.NoDelay = true;
        }
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer)
    {
        var send = _socket.SendAsync(buffer, SocketFlags.None, CancellationToken.None);
        if (!send.IsCompletedSuccessfully)
        {
            return SendRestAsync(send, buffer);
        }

        var sent = send.GetAwaiter().GetResult();
        return sent == buffer.Length ? ValueTask.CompletedTask : SendRestAsync(new ValueTask<int>(sent), buffer);
    }

    public override ValueTask ShutdownSendAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    public override void Abort() => _owner.Dispose();

    public override ValueTask DisposeAsync()
    {
        _owner.Dispose();
        return ValueTask.CompletedTask;
    }

    [System.Runtime.CompilerServices.AsyncMethodBuilder(
        typeof(System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendRestAsync(ValueTask<int> send, ReadOnlyMemory<byte> buffer)
    {
        while (true)
        {
            buffer = buffer[await send.ConfigureAwait(false)..];
            if (buffer.IsEmpty)
            {
                return;
            }

            send = _socket.SendAsync(buffer, SocketFlags.None, CancellationToken.None);
        }
    }
}
