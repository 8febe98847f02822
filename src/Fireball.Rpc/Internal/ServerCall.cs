using Fireball.Rpc.V1;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>A call as its service sees it: cancellation, deadline, headers, status. Messages are its subclass's.</summary>
#pragma warning disable CA1001 // The source of a token without timer or links holds nothing; services may use it after the call.
internal abstract class ServerCall : Call
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly TimeSpan? _timeout;
    private CancellationTokenSource? _cancellation;
    private ITimer? _deadline;
    private bool _cancelled;
    private volatile bool _ended;

    protected ServerCall(ServerEnd channel, ulong id, Start start)
        : base(channel, start.InitialCredit)
    {
        Id = id;
        Method = start.Method;
        RequestHeaders = MetadataCodec.Read(start.Metadata);
        if (start.TimeoutUs > 0)
        {
            _timeout = TimeSpan.FromMicroseconds(Math.Min(start.TimeoutUs, TimeSpan.MaxValue.TotalMicroseconds / 2));
            var now = channel.Options.TimeProvider.GetUtcNow().UtcDateTime;
            Deadline = DateTime.MaxValue - now > _timeout ? now + _timeout.Value : DateTime.MaxValue;
        }

        Context = new ServerContext(this);
    }

    internal new ServerEnd Channel => (ServerEnd)base.Channel;

    internal string Method { get; }

    internal Metadata RequestHeaders { get; }

    internal DateTime Deadline { get; } = DateTime.MaxValue;

    internal ServerContext Context { get; }

    /// <summary>Nothing more is sent in this call.</summary>
    protected bool HasEnded => _ended;

    /// <summary>Cancelled when the call ends before its service does. Made when first asked for.</summary>
    internal CancellationToken CancellationToken
    {
        get
        {
            lock (_gate)
            {
                if (_cancellation is null)
                {
                    _cancellation = new CancellationTokenSource();
                    if (_cancelled)
                    {
                        _cancellation.Cancel();
                    }
                }

                return _cancellation.Token;
            }
        }
    }

    internal virtual void OnStart()
    {
        if (_timeout is not { } timeout || timeout > Limits.LongestTimer)
        {
            return;
        }

        var timer = Channel.Options.TimeProvider.CreateTimer(
            static state => ((ServerCall)state!).Abort(new Status(StatusCode.DeadlineExceeded, "the call's deadline has passed")),
            this,
            timeout,
            Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            if (!_ended)
            {
                _deadline = timer;
                return;
            }
        }

        timer.Dispose();
    }

    internal abstract void OnHalfClose();

    internal abstract Task WriteHeadersAsync(Metadata headers);

    /// <summary>The client wants no more of the call, or is gone.</summary>
    internal void Cancel()
    {
        if (TryEnd())
        {
            CancelService();
        }
    }

    /// <summary>Ends the call with a status although its service may still run.</summary>
    internal override void Abort(Status status)
    {
        if (TryEnd())
        {
            CancelService();
            Channel.WriteEnvelope(Trailers(Id, status, Metadata.Empty));
            Channel.Flush();
        }
    }

    /// <summary>The last envelope of a call; what does not fit is left out.</summary>
    internal static Envelope Trailers(ulong id, Status status, Metadata metadata)
    {
        var detail = status.Detail ?? "";
        if (detail.Length > Limits.MaxDetail)
        {
            detail = string.Concat(detail.AsSpan(0, Limits.MaxDetail - 1), "…");
        }

        var trailers = new Trailers { Status = (uint)status.StatusCode, Detail = detail };
        try
        {
            MetadataCodec.Write(metadata, trailers.Metadata);
            if (trailers.CalculateSize() < Limits.MaxEnvelopeSize - 32)
            {
                return new Envelope { Call = id, Trailers = trailers };
            }

            detail = $"(trailers of {trailers.CalculateSize()} bytes are over the limit of {Limits.MaxEnvelopeSize}) {detail}";
        }
        catch (RpcException failure)
        {
            detail = $"({failure.Status.Detail}) {detail}";
        }

        var code = status.StatusCode == StatusCode.OK ? StatusCode.Internal : status.StatusCode;
        return new Envelope { Call = id, Trailers = new Trailers { Status = (uint)code, Detail = detail } };
    }

    /// <summary>True for the one caller that ends the call.</summary>
    protected bool TryEnd()
    {
        ITimer? deadline;
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _ended = true;
            deadline = _deadline;
        }

        deadline?.Dispose();
        Channel.Remove(Id);
        return true;
    }

    /// <summary>The queue of requests and waiting writers end with <paramref name="failure"/>.</summary>
    protected abstract void OnCancelled(OperationCanceledException failure);

    protected override Exception? WriteRefusal() => _ended ? Cancelled() : null;

    /// <summary>What a service gets that reads or writes after its call has ended.</summary>
    protected OperationCanceledException Cancelled() => new("the call has ended", CancellationToken);

    private void CancelService()
    {
        CancellationTokenSource? cancellation;
        lock (_gate)
        {
            _cancelled = true;
            cancellation = _cancellation;
        }

        var failure = Cancelled();
        Credit.End(failure);
        OnCancelled(failure);
        if (cancellation is not null)
        {
            // Not here: what the service registered may block, and this may be the read loop.
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Call.RunCancellation(state.Source), (Call: this, Source: cancellation), preferLocal: false);
        }
    }

    private void RunCancellation(CancellationTokenSource cancellation)
    {
        try
        {
            cancellation.Cancel();
        }
        catch (AggregateException failure)
        {
            Channel.Options.HandlerFailed?.Invoke(Method, failure);
        }
    }
}
