using Grpc.AspNetCore.Server;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Reflection;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fireball.Grpc.Tests;

/// <summary>A server of the interoperability tests, with health and reflection as a real one has.</summary>
public static class InteropServer
{
    public static Task<GrpcServer> StartAsync(Action<GrpcServiceOptions>? options = null) => GrpcServer.StartAsync(
        routes =>
        {
            routes.MapGrpcService<InteropService>();
            routes.MapGrpcService<HealthServiceImpl>();
            routes.MapGrpcService<ReflectionV1ServiceImpl>();
        },
        options,
        services: services =>
        {
            var health = new HealthServiceImpl();
            health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
            health.SetStatus("grpc.testing.TestService", HealthCheckResponse.Types.ServingStatus.NotServing);
            services.AddSingleton(health);
            services.AddSingleton(new ReflectionV1ServiceImpl(TestService.Descriptor, Health.Descriptor));
            services.AddSingleton<InteropService>();
        });
}
