using System.Buffers;
using System.Threading.Channels;
using global::NetMQ;

namespace Fireball.Zmtp.NetMQ;

/// <summary>
/// The receiving half of a connection: the thread that owns NetMQ's socket adds, one reader takes. The connection bounds it,
/// by what <paramref name="taken"/> tells: the cost of each message that the reader has taken.
/// </summary>
internal sealed class IncomingQueue(Action<long> taken)
{
    private readonly Channel<Msg[]> _messages = Channel.CreateUnbounded<Msg[]>(
        new UnboundedChannelOptions { SingleWriter = true });

    private readonly List<ReadOnlySequence<byte>> _rest = [];
    private Msg[] _out = [];
    private int _waiting;

    public static long CostOf(Msg[] message)
    {
        long cost = MessageCost.Overhead;
        foreach (var frame in message)
        {
            cost += frame.Size;
        }

        return cost;
    }

    /// <summary>False: it is complete, and takes nothing more.</summary>
    public bool Add(Msg[] message) => _messages.Writer.TryWrite(message);

    /// <summary>Nothing more comes. The first reason stays; null: the peer closed in order.</summary>
    public void Complete(Exception? failure) => _messages.Writer.TryComplete(failure);

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        CloseOut();
        return _messages.Reader.TryPeek(out _) ? new ValueTask<bool>(true) : WaitAsync(cancellationToken);
    }

    public bool TryRead(out ReceivedMessage message)
    {
        CloseOut();
        if (!_messages.Reader.TryRead(out var frames))
        {
            message = default;
            return false;
        }

        _out = frames;
        taken(CostOf(frames));
        for (int i = 2; i < frames.Length; i++)
        {
            _rest.Add(new ReadOnlySequence<byte>(frames[i].SliceAsMemory()));
        }

        message = new ReceivedMessage(
            frames.Length,
            new ReadOnlySequence<byte>(frames[0].SliceAsMemory()),
            frames.Length > 1 ? new ReadOnlySequence<byte>(frames[1].SliceAsMemory()) : ReadOnlySequence<byte>.Empty,
            frames.Length > 2 ? _rest : null);
        return true;
    }

    /// <summary>Forgets what will not be read; after <see cref="Complete"/>.</summary>
    public void Drop()
    {
        while (_messages.Reader.TryRead(out var frames))
        {
            taken(CostOf(frames));
        }
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _waiting, 1) != 0)
        {
            throw new InvalidOperationException("The connection is being read already; it takes one reader at a time.");
        }

        try
        {
            return await _messages.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw KeptFailure.Again(failure);
        }
        finally
        {
            Volatile.Write(ref _waiting, 0);
        }
    }

    private void CloseOut()
    {
        // By index: a Msg is a structure.
        for (int i = 0; i < _out.Length; i++)
        {
            _out[i].Close();
        }

        _out = [];
        _rest.Clear();
    }
}
