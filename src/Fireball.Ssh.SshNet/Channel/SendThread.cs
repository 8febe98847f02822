using System.IO.Pipelines;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// Writes to a stream that may wait (SSH.NET waits there for the window and the socket) on a thread of its own. Its queue is
/// bounded: full, it holds the writers back, asynchronously.
/// </summary>
internal sealed class SendThread
{
    // Bytes that wait at most; arbitrary: four of the largest chunks of a copy.
    private const int Limit = 256 << 10;

    private readonly Pipe _queue = new(new PipeOptions(
        pauseWriterThreshold: Limit, resumeWriterThreshold: Limit / 2, minimumSegmentSize: 64 << 10, useSynchronizationContext: false));

    private readonly Stream _stream;
    private bool _isEnded;

    /// <summary>Starts the thread.</summary>
    /// <param name="stream">Disposed at the end, which says "no more" to the host.</param>
    internal SendThread(Stream stream)
    {
        _stream = stream;
        new Thread(Run) { IsBackground = true, Name = "sshnet send" }.Start();
    }

    /// <summary>Queues bytes. One caller at a time.</summary>
    /// <exception cref="IOException">The connection has ended.</exception>
    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isEnded) || (await _queue.Writer.WriteAsync(bytes, cancellationToken).ConfigureAwait(false)).IsCompleted)
        {
            throw new IOException("the ssh connection ended");
        }
    }

    /// <summary>What is queued is still sent, then the end.</summary>
    internal void End()
    {
        Volatile.Write(ref _isEnded, true);
        _queue.Writer.Complete();
    }

    private void Run()
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                // The thread is there to wait; nothing else runs on it.
                var reading = _queue.Reader.ReadAsync();
                var result = reading.IsCompleted ? reading.Result : reading.AsTask().GetAwaiter().GetResult();
                foreach (var part in result.Buffer)
                {
                    _stream.Write(part.Span);
                }

                _queue.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }

            _stream.Dispose();
        }
        catch (Exception e)
        {
            // Whatever SSH.NET throws when its connection is gone; writers are told that it is, the session says why.
            failure = e;
        }

        _queue.Reader.Complete(failure is null ? null : new IOException("the ssh connection ended: " + failure.Message, failure));
    }
}
