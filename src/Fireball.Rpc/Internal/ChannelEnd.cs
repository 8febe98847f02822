using System.Buffers;
using Fireball.Rpc.V1;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>
/// What both ends of a channel do, over its connection: read and dispatch, write and flush, keep alive, fail once with the first reason.
/// </summary>
/// <remarks>Locks are taken in this order: the connection's send lock, a call's, the call table's. None is held while
/// user code runs, except the send lock while a message is serialised.</remarks>
internal abstract class ChannelEnd : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _failing = new();
    private readonly Keepalive _keepalive;
    private Exception? _failure;
    private long _unread;
    private long _growth;
    private bool _dirty;
    private volatile bool _closing;
    private volatile bool _stopped;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answers;

    protected ChannelEnd(IMessageConnection connection, RpcOptions options, double patience)
    {
        Connection = connection;
        Options = options;
        MaxMessageSize = Math.Min(options.MaxMessageSize, connection.MaxMessageSize - Limits.PayloadEnvelopeSize);
        Serializer = new PayloadSerializer(MaxMessageSize);
        _keepalive = new Keepalive(this, options.PingAfter == Timeout.InfiniteTimeSpan ? Timeout.InfiniteTimeSpan : options.PingAfter * patience, options.DeadAfter);
    }

    internal IMessageConnection Connection { get; }

    internal RpcOptions Options { get; }

    internal int MaxMessageSize { get; }

    /// <summary>Where what awaits a message of the peer goes on.</summary>
    internal TaskCreationOptions Continuations =>
        Options.ContinueInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Used under the send lock.</summary>
    internal PayloadSerializer Serializer { get; }

    /// <summary>Used by the read loop.</summary>
    internal PayloadDeserializer Deserializer { get; } = new();

    /// <summary>Why the connection ended; null: it has not, or in order.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>
    /// Reads until the peer closes, something fails or <see cref="Fail"/> is called. Never throws;
    /// <see cref="Failure"/> says why it ended.
    /// </summary>
    internal async Task RunAsync()
    {
        _keepalive.Start();
        try
        {
            // Ended from within a dispatch, it does not come to a wait that is cancelled.
            while (Failure is null && await Connection.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                _keepalive.Heard();
                while (Connection.TryRead(out var message))
                {
                    Dispatch(in message);
                }

                await FlushAnswersAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopped)
        {
            // Closed in order by this side; the peer did not close in turn.
        }
#pragma warning disable CA1031 // Whatever it was, it ends the connection and is its reason.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure);
        }

        _keepalive.Dispose();
        if (Failure is not null)
        {
            // Failing it may still be under way: nothing goes on before the calls have ended.
            await _failed.Task.ConfigureAwait(false);
        }

        _ended.TrySetResult();
    }

    /// <summary>Completes when a failure of the connection has ended all of its calls.</summary>
    internal Task CallsEnded => _failed.Task;

    /// <summary>Ends the connection and its calls. The first reason stays.</summary>
    internal void Fail(Exception reason)
    {
        lock (_failing)
        {
            if (_failure is not null)
            {
                return;
            }

            _failure = reason;
        }

        _keepalive.Dispose();
        try
        {
            EndCalls(reason);
        }
        finally
        {
            _failed.TrySetResult();
        }

        _stop.Cancel();
    }

    /// <summary>
    /// Says that nothing more is written, lets the peer read what was, and waits for it to close in turn, which it may
    /// not do where the stream cannot close one half alone.
    /// </summary>
    internal async Task CloseAsync(CancellationToken cancellationToken)
    {
        _closing = true;
        await Connection.CloseAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _ended.Task.WaitAsync(Limits.ClosePatience, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _stopped = true;
            await _stop.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes an envelope; <see cref="Flush"/> sends it. Does nothing once the connection has failed.</summary>
    internal void WriteEnvelope(Envelope envelope)
    {
        if (_closing)
        {
            return;
        }

        try
        {
            Write(envelope, static (writer, envelope) => EnvelopeWriter.Any(writer, envelope));
        }
#pragma warning disable CA1031 // Called by timers and the read loop: a connection that does not write has failed.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure);
        }
    }

    internal void WriteCredit(ulong call, uint bytes)
    {
        _dirty = true;
        WriteEnvelope(new Envelope { Call = call, Credit = new Credit { Bytes = bytes } });
    }

    /// <summary>Writes what the peer is told on the connection's own account; a failing connection ends the channel.</summary>
    internal bool TryWrite<TState>(TState state, Action<IMessageWriter, TState> encode)
    {
        try
        {
            Write(state, encode);
            return true;
        }
        catch (Exception failure) when (IsConnectionFailure(failure))
        {
            Fail(failure);
            return false;
        }
    }

    /// <summary>Sends what was written, without waiting for it. A failure ends the connection.</summary>
    internal void Flush()
    {
        var flush = StartFlush();
        if (!flush.IsCompletedSuccessfully)
        {
            _ = ObserveFlush(flush);
        }
    }

    /// <summary>Sends what was written; waits for it where the connection is behind.</summary>
    internal ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        var flush = StartFlush();
        if (flush.IsCompletedSuccessfully)
        {
            return default;
        }

        var observed = ObserveFlush(flush);
        return Connection.UnsentBytes <= Limits.UnsentHighWater
            ? default
            : new ValueTask(observed.WaitAsync(cancellationToken));
    }

    /// <summary>Takes <paramref name="bytes"/> of the connection's budget for larger windows.</summary>
    internal bool TryGrow(long bytes)
    {
        if (Interlocked.Add(ref _growth, bytes) <= Options.MaxWindowGrowth)
        {
            return true;
        }

        Interlocked.Add(ref _growth, -bytes);
        return false;
    }

    internal void Shrink(long bytes) => Interlocked.Add(ref _growth, -bytes);

    internal bool TryAddUnread(long bytes) => Interlocked.Add(ref _unread, bytes) <= Options.MaxUnreadBytes;

    internal void RemoveUnread(long bytes) => Interlocked.Add(ref _unread, -bytes);

    internal static bool IsConnectionFailure(Exception failure) =>
        failure is IOException or ObjectDisposedException or System.Net.Sockets.SocketException;

    /// <summary>Ends the keepalive. The source that stops reading holds nothing, and may still be cancelled by a late caller.</summary>
    public void Dispose() => _keepalive.Dispose();

    /// <summary>Writes from the read loop: sent when the messages at hand are dispatched.</summary>
    protected void Answer(Envelope envelope)
    {
        _answers++;
        _dirty = true;
        WriteEnvelope(envelope);
    }

    protected void Dispatch(in ReceivedMessage message)
    {
        if (message.FrameCount >= 2 && EnvelopeReader.TryReadPayload(message.First, out var call) && call != 0)
        {
            OnPayload(call, EnvelopeReader.Payload(in message));
            return;
        }

        var envelope = EnvelopeReader.Read(in message);
        switch (envelope.KindCase)
        {
            case Envelope.KindOneofCase.Ping:
                Answer(new Envelope { Pong = new Pong { Number = envelope.Ping.Number } });
                break;
            case Envelope.KindOneofCase.Pong:
                break;
            case Envelope.KindOneofCase.Payload:
                OnPayload(envelope.Call, EnvelopeReader.Payload(in message));
                break;
            default:
                OnEnvelope(envelope);
                break;
        }
    }

    /// <summary>The call of this number; null: it has ended, and what still comes for it is ignored.</summary>
    /// <exception cref="RpcProtocolException">It was never started.</exception>
    protected abstract Call? Find(ulong call);

    protected abstract void OnEnvelope(Envelope envelope);

    protected abstract void EndCalls(Exception reason);

    private void OnPayload(ulong call, ReadOnlySequence<byte> payload)
    {
        if (Find(call) is not { } found)
        {
            return;
        }

        if (payload.Length > MaxMessageSize)
        {
            found.Abort(new Status(
                StatusCode.ResourceExhausted,
                $"a message of {payload.Length} bytes was received, over the limit of {MaxMessageSize} bytes"));
            return;
        }

        found.OnPayload(payload);
    }

    private async ValueTask FlushAnswersAsync()
    {
        if (!_dirty)
        {
            return;
        }

        _dirty = false;
        if (_answers < Limits.MaxUnsentAnswers)
        {
            Flush();
            _answers = Connection.UnsentBytes == 0 ? 0 : _answers;
            return;
        }

        // A peer that asks without reading the answers is not read either.
        await Connection.FlushAsync(_stop.Token).ConfigureAwait(false);
        _answers = 0;
    }

    /// <summary>Not through the interface where it can be helped: see <see cref="DirectCalls"/>.</summary>
    private void Write<TState>(TState state, Action<IMessageWriter, TState> encode)
    {
        if (Connection is ZmtpConnection zmtp)
        {
            zmtp.Write(state, encode);
        }
        else
        {
            Connection.Write(state, encode);
        }
    }

    private ValueTask StartFlush()
    {
        try
        {
            return Connection.FlushAsync(CancellationToken.None);
        }
        catch (Exception failure) when (IsConnectionFailure(failure))
        {
            return ValueTask.FromException(failure);
        }
    }

    private async Task ObserveFlush(ValueTask flush)
    {
        try
        {
            await flush.ConfigureAwait(false);
        }
        catch (Exception failure) when (IsConnectionFailure(failure) || failure is OperationCanceledException)
        {
            Fail(failure);
        }
    }
}
