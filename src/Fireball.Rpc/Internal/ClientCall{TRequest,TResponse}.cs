using System.Buffers;
using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>A call with its messages: streams where the method has them, and the one response where not.</summary>
internal sealed class ClientCall<TRequest, TResponse>
    : ClientCall, IClientStreamWriter<TRequest>, IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly Method<TRequest, TResponse> _method;
    private readonly MessageQueue<TResponse>? _responses;
    private readonly TaskCompletionSource<TResponse>? _response;
    private TResponse? _single;

    internal ClientCall(ClientEnd channel, Method<TRequest, TResponse> method, CallOptions options)
        : base(channel, method.FullName, options)
    {
        _method = method;
        WriteOptions = options.WriteOptions;
        if (method.Type is MethodType.ServerStreaming or MethodType.DuplexStreaming)
        {
            _responses = new MessageQueue<TResponse>(this, channel.Options.InitialWindow);
        }
        else
        {
            _response = new TaskCompletionSource<TResponse>(channel.Continuations);
        }
    }

    internal Task<TResponse> ResponseAsync => _response!.Task;

    public WriteOptions? WriteOptions { get; set; }

    TResponse IAsyncStreamReader<TResponse>.Current => _responses!.Current;

    internal void Start(TRequest? request) => Start(_method.RequestMarshaller, request);

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return WriteRequestAsync(_method.RequestMarshaller, message, WriteOptions, cancellationToken);
    }

    public Task CompleteAsync() => CompleteRequestsAsync();

    Task<bool> IAsyncStreamReader<TResponse>.MoveNext(CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled
            ? MoveNextCancellable(cancellationToken)
            : _responses!.MoveNext(CancellationToken.None);

    private async Task<bool> MoveNextCancellable(CancellationToken cancellationToken)
    {
        // As in gRPC: who cancels reading cancels the call.
        using var registration = cancellationToken.UnsafeRegister(static state => ((ClientCall)state!).Cancel(), this);
        return await _responses!.MoveNext(CancellationToken.None).ConfigureAwait(false);
    }

    internal override void OnPayload(ReadOnlySequence<byte> payload)
    {
        NoHeadersCome();
        TResponse message;
        try
        {
            message = Channel.Deserializer.Read(payload, _method.ResponseMarshaller);
        }
#pragma warning disable CA1031 // Whatever a marshaller throws is the call's failure, not the connection's.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Abort(new Status(StatusCode.Internal, "a response cannot be read: " + FailureText.Of(failure), failure));
            return;
        }

        if (_responses is not null)
        {
            if (!_responses.Add(message, (int)payload.Length))
            {
                Abort(new Status(
                    StatusCode.ResourceExhausted,
                    $"more than {Channel.Options.MaxUnreadBytes} bytes unread on this connection"));
            }
        }
        else if (_single is not null)
        {
            Abort(new Status(StatusCode.Internal, "the server sent more than the one response this method has"));
        }
        else
        {
            _single = message;
        }
    }

    protected override void OnEnded(Status status, RpcException? failure, bool discard)
    {
        if (_responses is not null)
        {
            _responses.Complete(failure, discard);
        }
        else if (failure is null && _single is not null)
        {
            _response!.TrySetResult(_single);
        }
        else
        {
            failure ??= new RpcException(new Status(StatusCode.Internal, "the server ended the call without a response"));
            _response!.TrySetException(failure);

            // A caller who disposed the call does not ask for its failure.
            _ = _response.Task.Exception;
        }
    }
}
