using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Carries a generated client's calls over a channel.</summary>
internal sealed class HttpClientCallInvoker(GrpcChannel channel) : CallInvoker
{
    private static readonly Func<object, Task<Metadata>> Headers = static call => ((GrpcCall)call).GetHeadersAsync();
    private static readonly Func<object, Status> Status = static call => ((GrpcCall)call).Ended().Status;
    private static readonly Func<object, Metadata> Trailers = static call => ((GrpcCall)call).Ended().Trailers;
    private static readonly Action<object> Dispose = static call => ((GrpcCall)call).Dispose();

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        call.Start(new UnaryContent<TRequest, TResponse>(call, request));
        return new AsyncUnaryCall<TResponse>(
            call.ReadResponseAsync(), Headers, Status, Trailers, Dispose, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        call.Start(new UnaryContent<TRequest, TResponse>(call, request));
        return new AsyncServerStreamingCall<TResponse>(
            call.OpenReader(), Headers, Status, Trailers, Dispose, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        var writer = StartStreaming(call, options);
        var response = call.ReadResponseAsync();
        writer.Response = response;
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            writer, response, Headers, Status, Trailers, Dispose, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        var writer = StartStreaming(call, options);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            writer, call.OpenReader(), Headers, Status, Trailers, Dispose, call);
    }

    private static RequestStreamWriter<TRequest, TResponse> StartStreaming<TRequest, TResponse>(
        GrpcCall<TRequest, TResponse> call, CallOptions options)
        where TRequest : class
        where TResponse : class
    {
        var content = new StreamingContent(call);
        call.Start(content);
        return new RequestStreamWriter<TRequest, TResponse>(call, content) { WriteOptions = options.WriteOptions };
    }
}
