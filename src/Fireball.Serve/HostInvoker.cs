using Grpc.Core;

namespace Fireball.Serve;

/// <summary>Addresses every call to one host of the background process.</summary>
internal sealed class HostInvoker(CallInvoker inner, string key) : CallInvoker
{
    private readonly Metadata _headers = new() { { HostKey.MetadataKey, key } };

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        inner.BlockingUnaryCall(method, host, Address(options), request);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        inner.AsyncUnaryCall(method, host, Address(options), request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        inner.AsyncServerStreamingCall(method, host, Address(options), request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        inner.AsyncClientStreamingCall(method, host, Address(options));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        inner.AsyncDuplexStreamingCall(method, host, Address(options));

    private CallOptions Address(CallOptions options)
    {
        if (options.Headers is not { Count: > 0 } own)
        {
            return options.WithHeaders(_headers);
        }

        var headers = new Metadata();
        foreach (Metadata.Entry entry in own)
        {
            headers.Add(entry);
        }

        headers.Add(HostKey.MetadataKey, key);
        return options.WithHeaders(headers);
    }
}
