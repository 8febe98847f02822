using System.IO.Pipelines;
using System.Net.Sockets;

namespace Fireball.Zmtp;

/// <summary>What a connection needs of the stream under it.</summary>
internal abstract class ByteStream : IAsyncDisposable
{
    /// <summary>Receives at least one byte, or 0 at the end.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Sends all bytes.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> buffer);

    /// <summary>Tells the peer that no more comes, where the carrier can; else does nothing.</summary>
    public abstract ValueTask ShutdownSendAsync();

    /// <summary>Ends both directions at once; what waits on them fails. Callable from any thread, any number of times.</summary>
    public abstract void Abort();

    public abstract ValueTask DisposeAsync();

    /// <summary>A socket's own stream is passed by: the socket is read and written directly.</summary>
    public static ByteStream Over(Stream stream) => stream is NetworkStream network
        ? new SocketByteStream(network.Socket, network)
        : new PairedByteStream(stream, stream);

    public static ByteStream Over(IDuplexPipe pipe) => new PairedByteStream(pipe.Input.AsStream(), pipe.Output.AsStream());
}
