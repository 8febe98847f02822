using Grpc.Core;

namespace Fireball.Rpc;

/// <summary>Collects the methods of services by their full names.</summary>
internal sealed class ServerBinder : ServiceBinderBase
{
    private readonly Dictionary<string, ServerMethod> _methods = new(StringComparer.Ordinal);

    internal ServerMethod? Find(string fullName) => _methods.GetValueOrDefault(fullName);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(method, async call => await handler(call.Request, call.Context).ConfigureAwait(false));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(method, async call => await handler(call, call.Context).ConfigureAwait(false));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(method, async call =>
        {
            await handler(call.Request, call, call.Context).ConfigureAwait(false);
            return null;
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(method, async call =>
        {
            await handler(call, call, call.Context).ConfigureAwait(false);
            return null;
        });
    }

    private void Add<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Func<ServerCall<TRequest, TResponse>, Task<TResponse?>> handler)
        where TRequest : class
        where TResponse : class
    {
        ArgumentNullException.ThrowIfNull(method);
        _methods.Add(method.FullName, new ServerMethod<TRequest, TResponse>(method, handler));
    }
}
