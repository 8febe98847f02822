using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>Carries the calls of generated clients over the connection of an <see cref="RpcChannel"/>.</summary>
/// <remarks>
/// <para>
/// Batching. A call with one request leaves in one write: start, request, half-close. For client-streaming and duplex
/// calls, pass <c>new CallOptions(writeOptions: new WriteOptions(WriteFlags.BufferHint))</c>: the start, and every
/// request written while the stream's <c>WriteOptions</c> has the hint, wait until something is written without it, until
/// <c>CompleteAsync</c>, or until a response is waited for. So start, first requests and half-close leave in one write.
/// </para>
/// <para>
/// Continuations of responses never run on the connection's read loop, so a caller may block in them, unless
/// <see cref="RpcOptions.ContinueInline"/> is set. Call credentials
/// and host names are not sent: the connection has been authenticated as a whole.
/// </para>
/// </remarks>
public sealed class ZmtpCallInvoker : CallInvoker
{
    private readonly ClientEnd _channel;
    private readonly Metadata? _headers;

    internal ZmtpCallInvoker(ClientEnd channel, Metadata? headers = null) =>
        (_channel, _headers) = (channel, headers);

    /// <inheritdoc />
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        Start(method, options, request).ResponseAsync.GetAwaiter().GetResult();

    /// <inheritdoc />
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, options, request);
        return new AsyncUnaryCall<TResponse>(call.ResponseAsync, Headers, CallStatus, Trailers, Dispose, call);
    }

    /// <inheritdoc />
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, options, request);
        return new AsyncServerStreamingCall<TResponse>(call, Headers, CallStatus, Trailers, Dispose, call);
    }

    /// <inheritdoc />
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = Start(method, options, request: null);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            call, call.ResponseAsync, Headers, CallStatus, Trailers, Dispose, call);
    }

    /// <inheritdoc />
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = Start(method, options, request: null);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(call, call, Headers, CallStatus, Trailers, Dispose, call);
    }

    private ClientCall<TRequest, TResponse> Start<TRequest, TResponse>(
        Method<TRequest, TResponse> method, CallOptions options, TRequest? request)
        where TRequest : class
        where TResponse : class
    {
        ArgumentNullException.ThrowIfNull(method);
        var call = new ClientCall<TRequest, TResponse>(_channel, method, WithOwnHeaders(options));
        call.Start(request);
        return call;
    }

    private CallOptions WithOwnHeaders(CallOptions options)
    {
        if (_headers is null)
        {
            return options;
        }

        if (options.Headers is not { Count: > 0 } given)
        {
            return options.WithHeaders(_headers);
        }

        var all = new Metadata();
        foreach (var entry in given.Concat(_headers))
        {
            all.Add(entry);
        }

        return options.WithHeaders(all);
    }

    private static Task<Metadata> Headers(object call) => ((ClientCall)call).GetHeadersAsync();

    private static Status CallStatus(object call) => ((ClientCall)call).GetStatus();

    private static Metadata Trailers(object call) => ((ClientCall)call).GetTrailers();

    private static void Dispose(object call) => ((ClientCall)call).Cancel("the caller disposed the call");
}
