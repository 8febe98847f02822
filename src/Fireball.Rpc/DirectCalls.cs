using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>
/// Calls for programs that live for milliseconds. A <see cref="CallInvoker"/>'s methods are generic and virtual: compiled
/// ahead of time, the first such call has the runtime build the method's tables, which takes half a millisecond. Where
/// the invoker is known to be a channel's, the method is known when the program is compiled.
/// </summary>
public static class DirectCalls
{
    /// <summary>The same as <see cref="CallInvoker.AsyncDuplexStreamingCall"/>, without a host name.</summary>
    public static AsyncDuplexStreamingCall<TRequest, TResponse> StartDuplexStreaming<TRequest, TResponse>(
        this CallInvoker invoker, Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class
        where TResponse : class
    {
        ArgumentNullException.ThrowIfNull(invoker);
        return invoker is ZmtpCallInvoker own
            ? own.AsyncDuplexStreamingCall(method, host: null, options)
            : invoker.AsyncDuplexStreamingCall(method, host: null, options);
    }
}
