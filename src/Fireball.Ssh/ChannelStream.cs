using System.Net.Sockets;

namespace Fireball.Ssh;

/// <summary>
/// The session channel as a stream: ssh's standard input and output. Tells when it has ended; disposing it ends the
/// input only, since the process and its socket belong to the session.
/// </summary>
internal sealed class ChannelStream(Socket socket) : Stream
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ReadOnlyMemory<byte> _before;

    /// <summary>Completes when a read has met the end.</summary>
    internal Task Ended => _ended.Task;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            EndInput();
        }

        base.Dispose(disposing);
    }

    /// <summary>Puts bytes before those that are still to be received; before anybody reads.</summary>
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
