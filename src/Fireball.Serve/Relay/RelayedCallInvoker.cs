using Fireball.Rpc;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>
/// An invoker for one relayed call: gives the host back when the call is disposed, and says in a failure which agent the
/// call went to.
/// </summary>
internal sealed class RelayedCallInvoker(CallInvoker inner, HostEntry entry, string agent) : CallInvoker, IRelayedInvoker
{
    /// <inheritdoc/>
    public Metadata FailureTrailers => agent.Length > 0 ? new Metadata { { ServeMetadata.Agent, agent } } : [];

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        AsyncDuplexStreamingCall<TRequest, TResponse> call;
        try
        {
            call = inner.AsyncDuplexStreamingCall(method, host, options);
        }
        catch
        {
            entry.Release();
            throw;
        }

        int released = 0;
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.RequestStream,
            call.ResponseStream,
            static state => ((AsyncDuplexStreamingCall<TRequest, TResponse>)state).ResponseHeadersAsync,
            static state => ((AsyncDuplexStreamingCall<TRequest, TResponse>)state).GetStatus(),
            static state => ((AsyncDuplexStreamingCall<TRequest, TResponse>)state).GetTrailers(),
            state =>
            {
                ((AsyncDuplexStreamingCall<TRequest, TResponse>)state).Dispose();
                if (Interlocked.Exchange(ref released, 1) == 0)
                {
                    entry.Release();
                }
            },
            call);
    }

    // A relay makes every call a duplex one.
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        throw new NotSupportedException();
}
