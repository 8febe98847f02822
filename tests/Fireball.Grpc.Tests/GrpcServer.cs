using Fireball.TestSupport;
using Grpc.AspNetCore.Server;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Reflection;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fireball.Grpc.Tests;

/// <summary>Our server, on a Unix-domain socket in a directory of its own.</summary>
public sealed class GrpcServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly WebApplication _application;

    private GrpcServer(TemporaryDirectory directory, WebApplication application)
    {
        _directory = directory;
        _application = application;
    }

    public string SocketPath => _directory["grpc"];

    public static async Task<GrpcServer> StartAsync(
        Action<IEndpointRouteBuilder> map,
        Action<GrpcServiceOptions>? options = null,
        Action<KestrelServerOptions>? kestrel = null,
        Action<IServiceCollection>? services = null)
    {
        var directory = new TemporaryDirectory("fbgrpc");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.ListenUnixSocket(directory["grpc"], listen => listen.Protocols = HttpProtocols.Http2);
            kestrel?.Invoke(server);
        });
        builder.Services.AddGrpc(options ?? (_ => { }));
        services?.Invoke(builder.Services);
        var application = builder.Build();
        map(application);
        await application.StartAsync(CancellationToken.None);
        return new GrpcServer(directory, application);
    }

    /// <summary>A server of the interoperability tests, with health and reflection as a real one has.</summary>
    public static Task<GrpcServer> StartInteropAsync(Action<GrpcServiceOptions>? options = null) => StartAsync(
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

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        _directory.Dispose();
    }
}
