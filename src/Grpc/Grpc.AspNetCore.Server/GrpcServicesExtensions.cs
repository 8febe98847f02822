using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the gRPC server to an application.</summary>
public static class GrpcServicesExtensions
{
    /// <summary>
    /// Adds what <c>MapGrpcService</c> needs. Kestrel's limits, where the application does not set them, are what gRPC
    /// needs besides: keepalive pings, and a connection's window that stalled calls cannot use up.
    /// </summary>
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRouting();
        services.AddOptions();
        services.AddSingleton(new GrpcServerServices(services));
        // Before all others, so that what the application sets stays.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>>(
            new ConfigureOptions<KestrelServerOptions>(static server => KestrelDefaults.Apply(server.Limits.Http2))));
        return new GrpcServerBuilder(services);
    }

    /// <summary>Adds what <c>MapGrpcService</c> needs, with these options.</summary>
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(configureOptions);
        var builder = services.AddGrpc();
        services.Configure(configureOptions);
        return builder;
    }
}
