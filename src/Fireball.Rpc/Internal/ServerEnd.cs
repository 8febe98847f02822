using Fireball.Rpc.V1;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>The server's end of a channel: starts calls and hands them what the client sends.</summary>
internal sealed class ServerEnd(RpcServer server, IMessageConnection connection, string peer)
    : ChannelEnd(connection, server.Options, patience: 1.5)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, ServerCall> _calls = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _lastCall;
    private int _running;
    private string? _goingAway;
    private bool _closed;

    internal string Peer { get; } = peer;

    /// <summary>Completes when no call runs and none can start any more.</summary>
    internal Task Idle => _idle.Task;

    /// <summary>Completes when the connection has been closed after its last call.</summary>
    internal Task Drained => _drained.Task;

    internal void MarkDrained() => _drained.TrySetResult();

    /// <summary>Refuses new calls, for <paramref name="reason"/>, and tells the client so.</summary>
    internal void GoAway(string reason)
    {
        ulong lastCall;
        lock (_gate)
        {
            if (_goingAway is not null || _closed)
            {
                return;
            }

            _goingAway = reason;
            lastCall = _lastCall;
        }

        WriteEnvelope(new Envelope { GoingAway = new GoingAway { LastCall = lastCall, Reason = reason } });
        Flush();
        CheckIdle();
    }

    /// <summary>Takes no calls any more: the client is gone.</summary>
    internal void Close(Exception reason)
    {
        EndCalls(reason);
        CheckIdle();
    }

    /// <summary>The call is over for the client; its service may still run.</summary>
    internal void Remove(ulong call)
    {
        lock (_gate)
        {
            _calls.Remove(call);
        }
    }

    /// <summary>The call's service has returned, or will never run.</summary>
    internal void Ended()
    {
        lock (_gate)
        {
            _running--;
        }

        CheckIdle();
    }

    protected override void OnEnvelope(Envelope envelope)
    {
        switch (envelope.KindCase)
        {
            case Envelope.KindOneofCase.Start:
                OnStart(envelope.Call, envelope.Start);
                break;
            case Envelope.KindOneofCase.HalfClose:
                Find(envelope.Call)?.OnHalfClose();
                break;
            case Envelope.KindOneofCase.Cancel:
                Find(envelope.Call)?.Cancel();
                break;
            case Envelope.KindOneofCase.Credit:
                Find(envelope.Call)?.Credit.Add(envelope.Credit.Bytes);
                break;
            default:
                throw new RpcProtocolException($"a client sent {envelope.KindCase}");
        }
    }

    protected override void EndCalls(Exception reason)
    {
        ServerCall[] calls;
        lock (_gate)
        {
            _closed = true;
            calls = [.. _calls.Values];
        }

        foreach (var call in calls)
        {
            call.Cancel();
        }
    }

    protected override ServerCall? Find(ulong call)
    {
        lock (_gate)
        {
            if (_calls.TryGetValue(call, out var found))
            {
                return found;
            }

            // An ended call's rest is ignored: it was under way when the trailers were sent.
            return call <= _lastCall ? null : throw new RpcProtocolException($"the client named call {call}, which was never started");
        }
    }

    private void OnStart(ulong id, Start start)
    {
        Status? refusal = null;
        ServerCall? call = null;
        lock (_gate)
        {
            if (id <= _lastCall)
            {
                throw new RpcProtocolException($"the client started call {id} after call {_lastCall}");
            }

            _lastCall = id;
            if (_goingAway is not null || _closed)
            {
                refusal = new Status(StatusCode.Unavailable, "the server is going away: " + _goingAway);
            }
            else if (_running >= Options.MaxConcurrentCalls)
            {
                refusal = new Status(
                    StatusCode.ResourceExhausted, $"{Options.MaxConcurrentCalls} calls run on this connection, the most it takes");
            }
            else if (server.FindMethod(start.Method) is { } method)
            {
                call = method.CreateCall(this, id, start);
                _calls.Add(id, call);
                _running++;
            }
            else
            {
                refusal = new Status(StatusCode.Unimplemented, $"there is no method {start.Method} here");
            }
        }

        if (refusal is { } status)
        {
            Answer(ServerCall.Trailers(id, status, NotStarted.Trailers));
        }
        else
        {
            call!.OnStart();
        }
    }

    private void CheckIdle()
    {
        lock (_gate)
        {
            if (_running > 0 || !(_closed || _goingAway is not null))
            {
                return;
            }
        }

        _idle.TrySetResult();
    }
}
