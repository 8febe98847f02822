using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>Serves duplex-streaming calls.</summary>
internal sealed class DuplexStreamingHandler<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServiceActivator<TService> activator, ServerCallOptions options, ILogger logger,
    DuplexStreamingMethod<TService, TRequest, TResponse> invoke)
    : ServiceHandler<TService, TRequest, TResponse>(method, activator, options, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override Task InvokeAsync(TService service, HttpServerCallContext context) =>
        invoke(service, OpenReader(context), OpenWriter(context), context);
}
