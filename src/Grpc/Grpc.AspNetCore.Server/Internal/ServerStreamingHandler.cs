using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>Serves server-streaming calls.</summary>
internal sealed class ServerStreamingHandler<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServiceActivator<TService> activator, ServerCallOptions options, ILogger logger,
    ServerStreamingMethod<TService, TRequest, TResponse> invoke)
    : ServiceHandler<TService, TRequest, TResponse>(method, activator, options, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(TService service, HttpServerCallContext context)
    {
        var request = await context.ReadOnlyAsync(Method.RequestMarshaller).ConfigureAwait(false);
        await invoke(service, request, OpenWriter(context), context).ConfigureAwait(false);
    }
}
