using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>Serves client-streaming calls.</summary>
internal sealed class ClientStreamingHandler<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServiceActivator<TService> activator, ServerCallOptions options, ILogger logger,
    ClientStreamingMethod<TService, TRequest, TResponse> invoke)
    : ServiceHandler<TService, TRequest, TResponse>(method, activator, options, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(TService service, HttpServerCallContext context)
    {
        var response = await invoke(service, OpenReader(context), context).ConfigureAwait(false);
        await WriteOnlyAsync(context, response).ConfigureAwait(false);
    }
}
