using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>What the handlers of the four kinds have in common: an instance of the service for each call.</summary>
internal abstract class ServiceHandler<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ServiceActivator<TService> activator, ServerCallOptions options, ILogger logger)
    : ServerCallHandler(method, options, logger)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected Method<TRequest, TResponse> Method { get; } = method;

    protected sealed override async Task InvokeAsync(HttpServerCallContext context)
    {
        var service = activator.Create(context.HttpContext);
        try
        {
            await InvokeAsync(service, context).ConfigureAwait(false);
        }
        finally
        {
            if (activator.OwnsInstances)
            {
                await ServiceActivator<TService>.ReleaseAsync(service).ConfigureAwait(false);
            }
        }
    }

    protected abstract Task InvokeAsync(TService service, HttpServerCallContext context);

    /// <summary>Writes the only response; it leaves with the trailers, in one write.</summary>
    protected Task WriteOnlyAsync(HttpServerCallContext context, TResponse? response)
    {
        if (context.Status.StatusCode != StatusCode.OK)
        {
            return Task.CompletedTask;
        }

        return response is null
            ? throw new RpcException(new Status(StatusCode.Internal, "The service returned no response."))
            : context.WriteAsync(Method.ResponseMarshaller, response, context.WriteOptions, flush: false, CancellationToken.None);
    }

    protected RequestStreamReader<TRequest> OpenReader(HttpServerCallContext context) => new(context, Method.RequestMarshaller);

    protected ResponseStreamWriter<TResponse> OpenWriter(HttpServerCallContext context) => new(context, Method.ResponseMarshaller);
}
