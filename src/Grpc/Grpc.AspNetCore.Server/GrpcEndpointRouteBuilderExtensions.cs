using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts gRPC services behind an application's addresses.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Serves the methods of a generated service by <typeparamref name="TService"/>, an instance per call
    /// unless it is registered as a singleton.</summary>
    /// <exception cref="InvalidOperationException">AddGrpc was not called, or the class implements no generated service.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors
            | DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods)] TService>(
        this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var server = builder.ServiceProvider.GetService<GrpcServerServices>()
            ?? throw new InvalidOperationException("gRPC is not set up: call services.AddGrpc() where the services are configured.");
        var endpoints = EndpointBinder<TService>.Bind(builder, server);
        UnimplementedEndpoints.Map(builder, server, endpoints);
        return new GrpcServiceEndpointConventionBuilder(endpoints.ConvertAll(endpoint => endpoint.Builder));
    }
}
