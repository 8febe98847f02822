using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>The responses of a call as its service writes them.</summary>
internal sealed class ResponseStreamWriter<TResponse>(HttpServerCallContext context, Marshaller<TResponse> marshaller)
    : IServerStreamWriter<TResponse>
    where TResponse : class
{
    public WriteOptions? WriteOptions
    {
        get => context.WriteOptions;
        set => context.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken) =>
        context.WriteAsync(marshaller, message, context.WriteOptions, flush: true, cancellationToken);
}
