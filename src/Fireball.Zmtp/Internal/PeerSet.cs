using System.Buffers;
using System.Collections.Concurrent;

namespace Fireball.Zmtp;

/// <summary>The connections of a socket with many peers, each read by a task of its own.</summary>
internal sealed class PeerSet<TPeer>(Action<TPeer> onGone, Action<Exception>? onFailure) : IAsyncDisposable
    where TPeer : notnull
{
    /// <summary>How long a closing connection may take to send what was written. 2 s, arbitrary: as libzmq users set it.</summary>
    private static readonly TimeSpan SendLinger = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<ZmtpConnection, Task> _readers = new();

    public FairQueue<TPeer> Received { get; } = new();

    public void Add(TPeer peer, ZmtpConnection connection)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _readers[connection] = RunAsync(peer, connection, start.Task);
        start.SetResult();
    }

    public static ValueTask SendAsync(
        ZmtpConnection connection, IReadOnlyList<ReadOnlyMemory<byte>> frames, CancellationToken cancellationToken)
    {
        connection.Write(frames, static (writer, frames) =>
        {
            for (var i = 0; i < frames.Count; i++)
            {
                writer.BeginFrame(frames[i].Length, more: i < frames.Count - 1);
                writer.Write(frames[i].Span);
            }
        });
        return connection.FlushAsync(cancellationToken);
    }

    /// <summary>Closes every connection in order.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_readers.Values).ConfigureAwait(false);
        Received.Complete();
        _stopping.Dispose();
    }

    private async Task RunAsync(TPeer peer, ZmtpConnection connection, Task start)
    {
        await start.ConfigureAwait(false);
        try
        {
            await Received.ReadAllAsync(peer, connection, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The socket is being closed.
        }
        catch (IOException e)
        {
            onFailure?.Invoke(e);
        }

        onGone(peer);
        using var linger = new CancellationTokenSource(SendLinger);
        try
        {
            await connection.CloseAsync(linger.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It failed before, and that was told; or the peer does not read.
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        _readers.TryRemove(connection, out _);
    }
}
