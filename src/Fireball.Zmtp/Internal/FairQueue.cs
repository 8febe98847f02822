using System.Buffers;
using System.Threading.Channels;

namespace Fireball.Zmtp;

/// <summary>
/// Takes messages from many connections, each in its turn: a connection parks one message and reads the next only when
/// that was taken, so the queue holds one message a peer and a busy peer cannot crowd out a quiet one.
/// </summary>
internal sealed class FairQueue<TPeer>
{
    private readonly Channel<(TPeer Peer, byte[][] Frames, TaskCompletionSource Taken)> _parked =
        Channel.CreateUnbounded<(TPeer, byte[][], TaskCompletionSource)>();

    /// <summary>Reads until the connection ends or fails.</summary>
    public async Task ReadAllAsync(TPeer peer, ZmtpConnection connection, CancellationToken cancellationToken)
    {
        while (await connection.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (connection.TryRead(out var message))
            {
                var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _parked.Writer.TryWrite((peer, Copy(message), taken));
                await taken.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask<(TPeer Peer, byte[][] Frames)> TakeAsync(CancellationToken cancellationToken)
    {
        var (peer, frames, taken) = await _parked.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        taken.TrySetResult();
        return (peer, frames);
    }

    /// <summary>Ends every <see cref="TakeAsync"/>, once nothing is parked, with <see cref="ChannelClosedException"/>.</summary>
    public void Complete() => _parked.Writer.TryComplete();

    private static byte[][] Copy(ReceivedMessage message)
    {
        var frames = new byte[message.FrameCount][];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = (i switch { 0 => message.First, 1 => message.Second, _ => message.Rest![i - 2] }).ToArray();
        }

        return frames;
    }
}
