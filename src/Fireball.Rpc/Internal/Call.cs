using System.Buffers;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>One call on either side: its number and its way out.</summary>
internal abstract class Call(ChannelEnd channel, long credit)
{
    private int _writing;
    private volatile bool _buffered;

    internal ChannelEnd Channel { get; } = channel;

    /// <summary>The call's number on its connection; 0 before it has one.</summary>
    internal ulong Id { get; set; }

    internal SendCredit Credit { get; } = new(credit);

    /// <summary>A message of the peer has come, no larger than the limit.</summary>
    internal abstract void OnPayload(ReadOnlySequence<byte> payload);

    /// <summary>Ends the call with a status, from this side.</summary>
    internal abstract void Abort(Status status);

    /// <summary>Sends what was written with BufferHint, if anything was.</summary>
    internal void FlushBuffered()
    {
        if (_buffered)
        {
            _buffered = false;
            Channel.Flush();
        }
    }

    /// <summary>Sends everything that was written.</summary>
    protected void FlushAll()
    {
        _buffered = false;
        Channel.Flush();
    }

    /// <summary>Something was written that is not flushed yet.</summary>
    protected void MarkBuffered() => _buffered = true;

    /// <summary>Why nothing can be written any more; null: it can.</summary>
    protected abstract Exception? WriteRefusal();

    /// <summary>
    /// Writes a message when there is credit. It leaves at once, or with <paramref name="buffer"/> together with what
    /// is written next.
    /// </summary>
    protected Task WriteMessageAsync<T>(Marshaller<T> marshaller, T message, bool buffer, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("A write before the previous one has completed.");
        }

        try
        {
            if (WriteRefusal() is { } refusal)
            {
                return Done(Task.FromException(refusal));
            }

            if (!Credit.Available)
            {
                return WaitAndWriteAsync(marshaller, message, buffer, cancellationToken);
            }

            var sent = EncodeAndFlush(marshaller, message, buffer, cancellationToken);
            return sent.IsCompletedSuccessfully ? Done(Task.CompletedTask) : FinishAsync(sent);
        }
        catch (Exception failure)
        {
            return Done(Task.FromException(failure));
        }
    }

    /// <summary>Writes a message into the send buffer; runs under the send lock.</summary>
    protected void EncodeMessage<T>(IMessageWriter writer, Marshaller<T> marshaller, T message)
    {
        var length = Channel.Serializer.Write(writer, Id, marshaller, message);
        Credit.Take(length);
    }

    private ValueTask EncodeAndFlush<T>(Marshaller<T> marshaller, T message, bool buffer, CancellationToken cancellationToken)
    {
        var written = Channel.TryWrite(
            (Call: this, Marshaller: marshaller, Message: message),
            static (writer, state) =>
            {
                if (state.Call.WriteRefusal() is { } refusal)
                {
                    throw refusal;
                }

                state.Call.EncodeMessage(writer, state.Marshaller, state.Message);
            });
        if (!written)
        {
            return ConnectionFailedAsync();
        }

        if (buffer && Channel.Connection.UnsentBytes <= Limits.UnsentHighWater)
        {
            _buffered = true;
            return default;
        }

        _buffered = false;
        return Channel.FlushAsync(cancellationToken);
    }

    // The code that fails the connection may still be at other calls: why this one has ended is known when all have.
    private async ValueTask ConnectionFailedAsync()
    {
        await Channel.CallsEnded.ConfigureAwait(false);
        throw WriteRefusal() ?? new IOException("the connection has failed");
    }

    private async Task WaitAndWriteAsync<T>(
        Marshaller<T> marshaller, T message, bool buffer, CancellationToken cancellationToken)
    {
        try
        {
            FlushBuffered();
            await Credit.WaitAsync(cancellationToken).ConfigureAwait(false);
            await EncodeAndFlush(marshaller, message, buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    private async Task FinishAsync(ValueTask sent)
    {
        try
        {
            await sent.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    private Task Done(Task task)
    {
        Volatile.Write(ref _writing, 0);
        return task;
    }
}
