using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>Serves unary calls.</summary>
internal sealed class UnaryHandler<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServiceActivator<TService> activator, ServerCallOptions options, ILogger logger,
    UnaryMethod<TService, TRequest, TResponse> invoke)
    : ServiceHandler<TService, TRequest, TResponse>(method, activator, options, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(TService service, HttpServerCallContext context)
    {
        var request = await context.ReadOnlyAsync(Method.RequestMarshaller).ConfigureAwait(false);
        var response = await invoke(service, request, context).ConfigureAwait(false);
        await WriteOnlyAsync(context, response).ConfigureAwait(false);
    }
}
