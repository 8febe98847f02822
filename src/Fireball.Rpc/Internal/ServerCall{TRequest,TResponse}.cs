using System.Buffers;
using Fireball.Rpc.V1;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>A call with its messages, and the run of its service.</summary>
/// <remarks>
/// The service starts on the thread pool, queued to the read loop's own thread: it runs as soon as the loop has
/// dispatched what it has at hand and waits for more, so no thread is woken for it, and start, requests and half-close
/// that came together are all there. Were it run by the read loop itself, one blocking service would stall all calls.
/// </remarks>
internal sealed class ServerCall<TRequest, TResponse>
    : ServerCall, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, IThreadPoolWorkItem
    where TRequest : class
    where TResponse : class
{
    private readonly ServerMethod<TRequest, TResponse> _method;
    private readonly MessageQueue<TRequest>? _requests;
    private TRequest? _request;
    private bool _headersClosed;
    private bool _halfClosed;
    private int _running;
    private long _held;

    internal ServerCall(ServerEnd channel, ServerMethod<TRequest, TResponse> method, ulong id, Start start)
        : base(channel, id, start)
    {
        _method = method;
        if (!method.HasOneRequest)
        {
            _requests = new MessageQueue<TRequest>(this, Limits.InitialCredit);
        }
    }

    /// <summary>The one request, where the method has one.</summary>
    internal TRequest Request => _request!;

    public WriteOptions? WriteOptions
    {
        get => Context.WriteOptions;
        set => Context.WriteOptions = value;
    }

    TRequest IAsyncStreamReader<TRequest>.Current => _requests!.Current;

    Task<bool> IAsyncStreamReader<TRequest>.MoveNext(CancellationToken cancellationToken) => _requests!.MoveNext(cancellationToken);

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        _headersClosed = true;
        return WriteMessageAsync(
            _method.Method.ResponseMarshaller, message, ClientCall.HasBufferHint(WriteOptions), cancellationToken);
    }

    internal override void OnStart()
    {
        base.OnStart();
        if (_requests is not null)
        {
            StartService();
        }
    }

    internal override void OnPayload(ReadOnlySequence<byte> payload)
    {
        if (_halfClosed)
        {
            throw new RpcProtocolException($"the client sent a message of call {Id} after its half-close");
        }

        if (_requests is null && _request is not null)
        {
            Refuse(StatusCode.Internal, "the client sent more than the one request this method has");
            return;
        }

        TRequest message;
        try
        {
            message = Channel.Deserializer.Read(payload, _method.Method.RequestMarshaller);
        }
#pragma warning disable CA1031 // Whatever a marshaller throws is the call's failure, not the connection's.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Refuse(StatusCode.Internal, "a request cannot be read: " + FailureText.Of(failure));
            return;
        }

        bool fits;
        if (_requests is null)
        {
            _request = message;
            _held = payload.Length + Limits.PayloadOverhead;
            fits = Channel.TryAddUnread(_held);
            if (HasEnded)
            {
                // By its deadline just now, perhaps before there was anything to release.
                Release();
            }
        }
        else
        {
            fits = _requests.Add(message, (int)payload.Length);
        }

        if (!fits)
        {
            Refuse(StatusCode.ResourceExhausted, $"more than {Channel.Options.MaxUnreadBytes} bytes unread on this connection");
        }
    }

    internal override void OnHalfClose()
    {
        if (_halfClosed)
        {
            throw new RpcProtocolException($"the client sent the half-close of call {Id} twice");
        }

        _halfClosed = true;
        if (_requests is not null)
        {
            _requests.Complete(failure: null, discard: false);
        }
        else if (_request is null)
        {
            Refuse(StatusCode.Internal, "the client sent no request");
        }
        else
        {
            StartService();
        }
    }

    internal override Task WriteHeadersAsync(Metadata headers)
    {
        if (_headersClosed)
        {
            throw new InvalidOperationException("Headers can be written once, before the first response.");
        }

        var envelope = new Headers();
        MetadataCodec.Write(headers, envelope.Metadata);
        if (envelope.CalculateSize() > Limits.MaxEnvelopeSize - 32)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"headers are over the limit of {Limits.MaxEnvelopeSize} bytes"));
        }

        _headersClosed = true;
        Channel.TryWrite(
            (Call: this, Headers: new Envelope { Call = Id, Headers = envelope }),
            static (writer, state) =>
            {
                if (!state.Call.HasEnded)
                {
                    EnvelopeWriter.Any(writer, state.Headers);
                }
            });
        MarkBuffered();
        if (!ClientCall.HasBufferHint(WriteOptions))
        {
            FlushBuffered();
        }

        return Task.CompletedTask;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    protected override void OnCancelled(OperationCanceledException failure)
    {
        _requests?.Complete(failure, discard: true);
        Release();
        if (Interlocked.Exchange(ref _running, 1) == 0)
        {
            Channel.Ended();
        }
    }

    private void StartService()
    {
        // Exactly one of this and OnCancelled: a call that ended before its service started never starts it.
        if (Interlocked.Exchange(ref _running, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    /// <summary>The one request no longer counts as unread.</summary>
    private void Release() => Channel.RemoveUnread(Interlocked.Exchange(ref _held, 0));

    private void Refuse(StatusCode code, string detail) => Abort(new Status(code, detail));

    /// <summary>Runs the service and ends the call as it says. Never throws.</summary>
    private async Task RunAsync()
    {
        try
        {
            var response = await _method.Handler(this).ConfigureAwait(false);
            if (response is null && _method.Method.Type is MethodType.Unary or MethodType.ClientStreaming)
            {
                throw new InvalidOperationException("The service returned no response.");
            }

            var status = Context.Status;
            if (response is not null && status.StatusCode == StatusCode.OK && !Credit.Available)
            {
                await Credit.WaitAsync(CancellationToken).ConfigureAwait(false);
            }

            Finish(status, status.StatusCode == StatusCode.OK ? response : null, Context.ResponseTrailers);
        }
#pragma warning disable CA1031 // Whatever a service throws becomes its call's status.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Finish(StatusOf(failure, out var trailers), response: null, trailers);
        }
        finally
        {
            _requests?.Complete(new OperationCanceledException("the call has ended"), discard: true);
            Release();
            Channel.Ended();
        }
    }

    private Status StatusOf(Exception failure, out Metadata trailers)
    {
        trailers = Context.ResponseTrailers;
        if (failure is RpcException rpc)
        {
            if (trailers.Count == 0)
            {
                trailers = rpc.Trailers;
            }
            else
            {
                foreach (var entry in rpc.Trailers)
                {
                    trailers.Add(entry);
                }
            }

            return rpc.Status;
        }

        if (!HasEnded)
        {
            Channel.Options.HandlerFailed?.Invoke(Method, failure);
        }

        return new Status(StatusCode.Unknown, "the service failed: " + FailureText.Of(failure));
    }

    /// <summary>Headers, the last response and trailers leave in one write, with all that was written with BufferHint.</summary>
    private void Finish(Status status, TResponse? response, Metadata metadata)
    {
        if (!TryEnd())
        {
            return;
        }

        var trailers = Trailers(Id, status, metadata);
        try
        {
            Channel.TryWrite(
                (Call: this, Response: response, Trailers: trailers),
                static (writer, state) =>
                {
                    if (state.Response is not null)
                    {
                        state.Call.EncodeMessage(writer, state.Call._method.Method.ResponseMarshaller, state.Response);
                    }

                    EnvelopeWriter.Any(writer, state.Trailers);
                });
        }
#pragma warning disable CA1031 // Whatever a marshaller throws becomes the call's status.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Channel.WriteEnvelope(Trailers(
                Id,
                failure is RpcException rpc ? rpc.Status : new Status(StatusCode.Internal, "the response cannot be sent: " + FailureText.Of(failure)),
                Metadata.Empty));
        }

        Channel.Flush();
    }
}
