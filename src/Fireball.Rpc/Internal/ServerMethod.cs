using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>A method a server has: starts calls of it.</summary>
internal abstract class ServerMethod
{
    internal abstract ServerCall CreateCall(ServerEnd channel, ulong id, V1.Start start);
}

/// <summary>A method with its messages and what runs it.</summary>
internal sealed class ServerMethod<TRequest, TResponse>(
    Method<TRequest, TResponse> method, Func<ServerCall<TRequest, TResponse>, Task<TResponse?>> handler) : ServerMethod
    where TRequest : class
    where TResponse : class
{
    internal Method<TRequest, TResponse> Method { get; } = method;

    /// <summary>Runs the service; its result is the one response, null where responses are a stream.</summary>
    internal Func<ServerCall<TRequest, TResponse>, Task<TResponse?>> Handler { get; } = handler;

    /// <summary>The method takes one request, known before the service runs.</summary>
    internal bool HasOneRequest => Method.Type is MethodType.Unary or MethodType.ServerStreaming;

    internal override ServerCall CreateCall(ServerEnd channel, ulong id, V1.Start start) =>
        new ServerCall<TRequest, TResponse>(channel, this, id, start);
}
