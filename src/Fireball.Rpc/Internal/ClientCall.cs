using Fireball.Rpc.V1;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>A call as its caller sees it: headers, status, deadline, cancellation. Messages are its subclass's.</summary>
internal abstract class ClientCall : Call
{
    private readonly Lock _gate = new();
    private readonly string _method;
    private readonly CallOptions _options;
    private bool _ended;
    private bool _started;
    private bool _requestsComplete;
    private Status _status;
    private Metadata? _trailers;
    private Metadata? _headers;
    private TaskCompletionSource<Metadata>? _headersWaiter;
    private CancellationTokenRegistration _cancellation;
    private ITimer? _deadline;

    protected ClientCall(ClientEnd channel, string method, CallOptions options)
        : base(channel, Limits.InitialCredit)
    {
        _method = method;
        _options = options;
    }

    internal new ClientEnd Channel => (ClientEnd)base.Channel;

    /// <summary>The call was made with BufferHint: its start leaves with the first write that has none.</summary>
    protected bool StartIsBuffered => HasBufferHint(_options.WriteOptions);

    internal static bool HasBufferHint(WriteOptions? options) => options is not null && options.Flags.HasFlag(WriteFlags.BufferHint);

    internal void OnHeaders(Metadata headers)
    {
        TaskCompletionSource<Metadata>? waiter;
        lock (_gate)
        {
            if (_headers is not null)
            {
                throw new RpcProtocolException($"headers of call {Id} came twice or after a message");
            }

            _headers = headers;
            waiter = _headersWaiter;
        }

        waiter?.TrySetResult(headers);
    }

    internal void OnTrailers(Status status, Metadata trailers)
    {
        NoHeadersCome();
        End(status, trailers, discard: false);
    }

    /// <summary>Ends the call from this side and tells the server.</summary>
    internal override void Abort(Status status)
    {
        if (End(status, Metadata.Empty) && Id != 0)
        {
            Channel.TryWrite(this, static (writer, call) => call.EncodeCancel(writer));
            Channel.Flush();
        }
    }

    /// <summary>Ends the call on this side; false: it had ended.</summary>
    internal bool End(Status status, Metadata trailers, bool discard = true)
    {
        TaskCompletionSource<Metadata>? waiter;
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            (_status, _trailers, _ended) = (status, trailers, true);
            waiter = _headers is null ? _headersWaiter : null;
        }

        // Not Dispose: that would wait for a callback which may be this very caller.
        _cancellation.Unregister();
        _deadline?.Dispose();
        if (Id != 0)
        {
            Channel.Remove(Id);
        }

        var failure = status.StatusCode == StatusCode.OK ? null : Failure();
        Credit.End(failure is null ? WriteAfterEnd() : failure);
        OnEnded(status, failure, discard);
        waiter?.TrySetException(Failure());
        return true;
    }

    internal Task<Metadata> GetHeadersAsync()
    {
        FlushBuffered();
        lock (_gate)
        {
            return _headers is not null ? Task.FromResult(_headers)
                : _ended ? Task.FromException<Metadata>(Failure())
                : (_headersWaiter ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    internal Status GetStatus()
    {
        lock (_gate)
        {
            return _ended ? _status : throw new InvalidOperationException("The call has not ended: it has no status yet.");
        }
    }

    internal Metadata GetTrailers()
    {
        lock (_gate)
        {
            return _ended ? _trailers! : throw new InvalidOperationException("The call has not ended: it has no trailers yet.");
        }
    }

    internal void Cancel() => Abort(new Status(StatusCode.Cancelled, "the caller cancelled the call"));

    internal void Cancel(string what) => Abort(new Status(StatusCode.Cancelled, what));

    /// <summary>
    /// Starts the call; with a request, its message and half-close go with it in one write.
    /// </summary>
    protected void Start<TRequest>(Marshaller<TRequest> marshaller, TRequest? request)
        where TRequest : class
    {
        try
        {
            var start = new Start { Method = _method, InitialCredit = (uint)Channel.Options.InitialWindow };
            MetadataCodec.Write(_options.Headers, start.Metadata);
            if (!ArmEnds(start))
            {
                return;
            }

            var written = Channel.TryWrite(
                (Call: this, Marshaller: marshaller, Request: request, Start: start),
                static (writer, state) => state.Call.EncodeStart(writer, state.Start, state.Marshaller, state.Request));
            if (!written)
            {
                var refusal = Channel.Refusal ?? new Status(StatusCode.Unavailable, "the connection has ended");
                End(refusal, Id == 0 ? NotStarted.Trailers : Metadata.Empty);
                return;
            }

            if (request is null && StartIsBuffered)
            {
                MarkBuffered();
            }
            else
            {
                Channel.Flush();
            }
        }
#pragma warning disable CA1031 // Whatever a marshaller throws is the call's failure, where the caller awaits it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (Id != 0)
            {
                Channel.Remove(Id);
                Id = 0;
            }

            var status = failure is RpcException rpc ? rpc.Status
                : new Status(StatusCode.Internal, "the request cannot be sent: " + FailureText.Of(failure), failure);
            End(status, NotStarted.Trailers);
        }
    }

    protected Task WriteRequestAsync<TRequest>(
        Marshaller<TRequest> marshaller, TRequest request, WriteOptions? options, CancellationToken cancellationToken) =>
        _requestsComplete
            ? throw new InvalidOperationException("A request after CompleteAsync.")
            : WriteMessageAsync(marshaller, request, HasBufferHint(options), cancellationToken);

    protected Task CompleteRequestsAsync()
    {
        lock (_gate)
        {
            if (_requestsComplete || _ended)
            {
                return Task.CompletedTask;
            }

            _requestsComplete = true;
        }

        Channel.TryWrite(Id, static (writer, id) => EnvelopeWriter.HalfClose(writer, id));
        FlushAll();
        return Task.CompletedTask;
    }

    /// <summary>The first message or the trailers are here: the server sent no headers.</summary>
    protected void NoHeadersCome()
    {
        TaskCompletionSource<Metadata>? waiter;
        lock (_gate)
        {
            if (_headers is not null || _ended)
            {
                return;
            }

            _headers = Metadata.Empty;
            waiter = _headersWaiter;
        }

        waiter?.TrySetResult(Metadata.Empty);
    }

    /// <summary>The call has ended; <paramref name="failure"/> unless with OK.</summary>
    protected abstract void OnEnded(Status status, RpcException? failure, bool discard);

    protected override Exception? WriteRefusal()
    {
        lock (_gate)
        {
            return !_ended ? null : _status.StatusCode == StatusCode.OK ? WriteAfterEnd() : Failure();
        }
    }

    protected RpcException Failure() => new(_status, _trailers!);

    private static InvalidOperationException WriteAfterEnd() => new("The call has ended: no request can be written.");

    private void EncodeStart<TRequest>(IMessageWriter writer, Start start, Marshaller<TRequest> marshaller, TRequest? request)
        where TRequest : class
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            Id = Channel.Add(this);
        }

        EnvelopeWriter.Any(writer, new Envelope { Call = Id, Start = start });
        if (request is not null)
        {
            EncodeMessage(writer, marshaller, request);
            EnvelopeWriter.HalfClose(writer, Id);
            _requestsComplete = true;
        }

        _started = true;
    }

    private void EncodeCancel(IMessageWriter writer)
    {
        // A start that could not be encoded was never sent: then the server does not know the call.
        if (_started)
        {
            EnvelopeWriter.Cancel(writer, Id);
        }
    }

    /// <summary>Sets deadline and cancellation going; false: one of them has already ended the call.</summary>
    private bool ArmEnds(Start start)
    {
        var time = Channel.Options.TimeProvider;
        if (_options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            var left = deadline.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
            if (left <= TimeSpan.Zero)
            {
                return !End(DeadlineExceeded(), NotStarted.Trailers);
            }

            start.TimeoutUs = (ulong)Math.Max(1, left.Ticks / TimeSpan.TicksPerMicrosecond);
            if (left <= Limits.LongestTimer)
            {
                _deadline = time.CreateTimer(
                    static state => ((ClientCall)state!).Abort(DeadlineExceeded()), this, left, Timeout.InfiniteTimeSpan);
            }
        }

        if (_options.CancellationToken.IsCancellationRequested)
        {
            return !End(new Status(StatusCode.Cancelled, "the call was cancelled before it started"), NotStarted.Trailers);
        }

        _cancellation = _options.CancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), this);
        return true;
    }

    private static Status DeadlineExceeded() => new(StatusCode.DeadlineExceeded, "the call's deadline has passed");
}
