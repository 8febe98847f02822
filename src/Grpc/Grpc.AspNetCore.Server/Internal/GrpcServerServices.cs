using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>What the application has registered; one per server.</summary>
internal sealed class GrpcServerServices(IServiceCollection services)
{
    private int _fallbackMapped;

    /// <summary>The first caller maps what answers for unknown services.</summary>
    public bool TakeFallback() => Interlocked.Exchange(ref _fallbackMapped, 1) == 0;

    /// <summary>
    /// How calls get their instance of a service: a singleton is asked for once, another lifetime per call, and a
    /// service that is not registered is made per call and disposed after it.
    /// </summary>
    public ServiceActivator<TService> CreateActivator<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService>(IServiceProvider root)
        where TService : class
    {
        var descriptor = services.LastOrDefault(candidate => candidate.ServiceType == typeof(TService) && !candidate.IsKeyedService);
        return descriptor?.Lifetime switch
        {
            ServiceLifetime.Singleton => ServiceActivator<TService>.Singleton(root),
            not null => ServiceActivator<TService>.Registered(),
            null => ServiceActivator<TService>.Unregistered(),
        };
    }
}
