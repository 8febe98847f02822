using System.Net.Sockets;
using System.Text;
using Fireball.Linux;

namespace Fireball.Ssh;

/// <summary>
/// The session channel as a stream: ssh's standard input and output. Tells when it has ended; disposing it ends the
/// input only, since the process and its socket belong to the session.
/// </summary>
internal sealed class ChannelStream(Socket socket) : AsyncStream
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ReadOnlyMemory<byte> _before;

    /// <summary>Completes when a read has met the end.</summary>
    internal Task Ended => _ended.Task;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_before.IsEmpty)
        {
            int length = Math.Min(buffer.Length, _before.Length);
            _before[..length].CopyTo(buffer);
            _before = _before[length..];
            return length;
        }

        try
        {
            int count = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0 && !buffer.IsEmpty)
            {
                _ended.TrySetResult();
            }

            return count;
        }
        catch (SocketException e)
        {
            _ended.TrySetResult();
            throw new IOException("the ssh process ended: " + e.Message, e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            try
            {
                buffer = buffer[await socket.SendAsync(buffer, cancellationToken).ConfigureAwait(false)..];
            }
            catch (SocketException e)
            {
                throw new IOException("the ssh process ended: " + e.Message, e);
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => socket.Send(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            EndInput();
        }

        base.Dispose(disposing);
    }

    /// <summary>Reads to the end, or until there is more than is wanted.</summary>
    /// <param name="most">What is wanted at most, bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<string> ReadTextAsync(int most, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        int count;
        while (output.Length < most && (count = await ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            output.Write(buffer, 0, count);
        }

        return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
    }

    /// <summary>Puts bytes before those that are still to be received; to be called before the first read.</summary>
    internal void PutBack(ReadOnlyMemory<byte> bytes) => _before = bytes;

    /// <summary>Ends ssh's standard input, which ends the session.</summary>
    internal void EndInput()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
