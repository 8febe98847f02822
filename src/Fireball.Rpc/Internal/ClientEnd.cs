using Fireball.Rpc.V1;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>The client's end of a channel: numbers calls and hands them what the server sends.</summary>
internal sealed class ClientEnd(IMessageConnection connection, RpcOptions options)
    : ChannelEnd(connection, options, patience: 1)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, ClientCall> _calls = [];
    private ulong _lastCall;
    private Status? _refusal;
    private TaskCompletionSource? _idle;

    /// <summary>Why no new call can be made; null: it can.</summary>
    internal Status? Refusal
    {
        get
        {
            lock (_gate)
            {
                return _refusal;
            }
        }
    }

    /// <summary>Gives a call its number. Runs under the send lock, so that numbers reach the server in order.</summary>
    /// <exception cref="RpcException">No new calls are made.</exception>
    internal ulong Add(ClientCall call)
    {
        lock (_gate)
        {
            if (_refusal is { } refusal)
            {
                throw new RpcException(refusal, NotStarted.Trailers);
            }

            _calls.Add(++_lastCall, call);
            return _lastCall;
        }
    }

    internal void Remove(ulong call)
    {
        TaskCompletionSource? idle = null;
        lock (_gate)
        {
            _calls.Remove(call);
            if (_calls.Count == 0)
            {
                idle = _idle;
            }
        }

        idle?.TrySetResult();
    }

    /// <summary>Takes no new calls, for <paramref name="reason"/>; completes when those under way have ended.</summary>
    internal Task RefuseCallsAsync(string reason)
    {
        lock (_gate)
        {
            _refusal ??= new Status(StatusCode.Unavailable, reason);
            if (_calls.Count == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    protected override void OnEnvelope(Envelope envelope)
    {
        switch (envelope.KindCase)
        {
            case Envelope.KindOneofCase.Headers:
                Find(envelope.Call)?.OnHeaders(MetadataCodec.Read(envelope.Headers.Metadata));
                break;
            case Envelope.KindOneofCase.Credit:
                Find(envelope.Call)?.Credit.Add(envelope.Credit.Bytes);
                break;
            case Envelope.KindOneofCase.Trailers:
                var trailers = envelope.Trailers;
                var code = trailers.Status <= (uint)StatusCode.Unauthenticated ? (StatusCode)trailers.Status : StatusCode.Unknown;
                var metadata = MetadataCodec.Read(trailers.Metadata);
                Find(envelope.Call)?.OnTrailers(new Status(code, trailers.Detail), metadata);
                break;
            case Envelope.KindOneofCase.GoingAway:
                OnGoingAway(envelope.GoingAway);
                break;
            default:
                throw new RpcProtocolException($"a server sent {envelope.KindCase}");
        }
    }

    protected override void EndCalls(Exception reason)
    {
        ClientCall[] calls;
        var status = new Status(StatusCode.Unavailable, "the connection has ended: " + reason.Message, reason);

        // A server takes no call before it has sent the whole of its handshake.
        var trailers = reason is ZmtpException { HandshakeFailed: true } ? NotStarted.Trailers : Metadata.Empty;
        lock (_gate)
        {
            _refusal ??= status;
            calls = [.. _calls.Values];
        }

        foreach (var call in calls)
        {
            call.End(status, trailers);
        }
    }

    protected override ClientCall? Find(ulong call)
    {
        lock (_gate)
        {
            if (_calls.TryGetValue(call, out var found))
            {
                return found;
            }

            // An ended call's rest is ignored: it was under way when the call was cancelled.
            return call <= _lastCall ? null : throw new RpcProtocolException($"the server named call {call}, which was never started");
        }
    }

    private void OnGoingAway(GoingAway goingAway)
    {
        var status = new Status(StatusCode.Unavailable, "the server is going away: " + goingAway.Reason);
        List<ClientCall> notStarted = [];
        lock (_gate)
        {
            _refusal ??= status;
            foreach (var (number, call) in _calls)
            {
                if (number > goingAway.LastCall)
                {
                    notStarted.Add(call);
                }
            }
        }

        foreach (var call in notStarted)
        {
            call.End(status, NotStarted.Trailers);
        }
    }
}
