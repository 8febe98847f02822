using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>
/// Binding for programs whose start a user waits for. A <see cref="ServiceBinderBase"/>'s methods are generic and
/// virtual: compiled ahead of time, each such call has the runtime build the method's tables, half a millisecond and
/// 200 KB. Bound here, the method is known when the program is compiled. See <see cref="DirectCalls"/>.
/// </summary>
public static class DirectBinding
{
    /// <summary>The same as <see cref="ServiceBinderBase.AddMethod{TRequest, TResponse}(Method{TRequest, TResponse}, UnaryServerMethod{TRequest, TResponse}?)"/>.</summary>
    public static void AddUnary<TRequest, TResponse>(
        this RpcServer server, Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        ArgumentNullException.ThrowIfNull(server);
        server.Binder.AddMethod(method, handler);
    }

    /// <summary>Likewise for client streaming.</summary>
    public static void AddClientStreaming<TRequest, TResponse>(
        this RpcServer server, Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        ArgumentNullException.ThrowIfNull(server);
        server.Binder.AddMethod(method, handler);
    }

    /// <summary>Likewise for server streaming.</summary>
    public static void AddServerStreaming<TRequest, TResponse>(
        this RpcServer server, Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        ArgumentNullException.ThrowIfNull(server);
        server.Binder.AddMethod(method, handler);
    }

    /// <summary>Likewise for both.</summary>
    public static void AddDuplexStreaming<TRequest, TResponse>(
        this RpcServer server, Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        ArgumentNullException.ThrowIfNull(server);
        server.Binder.AddMethod(method, handler);
    }
}
