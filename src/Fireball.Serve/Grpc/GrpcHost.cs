using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Reflection;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fireball.Serve;

/// <summary>Kestrel with the Controller service, health and reflection, from its start to its end.</summary>
internal sealed class GrpcHost : IAsyncDisposable
{
    private const string ServiceName = "fireball.v1.ControllerService";

    private readonly WebApplication _application;
    private readonly HealthServiceImpl _health;

    private GrpcHost(WebApplication application, HealthServiceImpl health) => (_application, _health) = (application, health);

    private static Google.Protobuf.Reflection.ServiceDescriptor[] Described =>
    [
        V1.ControllerService.Descriptor,
        Health.Descriptor,
        ServerReflection.Descriptor,
        Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
    ];

    /// <summary>Where it listens, by Kestrel's own words.</summary>
    public string Address => _application.Urls.First();

    /// <summary>Starts it.</summary>
    /// <param name="builder">Knows where to listen, and holds the Controller service.</param>
    /// <param name="map">Maps the Controller service, after what every request has to pass.</param>
    /// <param name="logger">Told what Kestrel and the gRPC server say.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<GrpcHost> StartAsync(
        WebApplicationBuilder builder, Action<WebApplication> map, ILogger logger, CancellationToken cancellationToken)
    {
        builder.Logging.AddProvider(new ServerLoggerProvider(logger));
        var health = new HealthServiceImpl();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(health);

        // Made at the first question: the descriptors are megabytes that nothing else needs. Both versions: many tools still
        // ask by v1alpha alone.
        builder.Services.AddSingleton(static _ => new ReflectionV1ServiceImpl(Described));
        builder.Services.AddSingleton(static _ => new ReflectionServiceImpl(Described));

        WebApplication application = builder.Build();
        map(application);
        application.MapGrpcService<HealthServiceImpl>();
        application.MapGrpcService<ReflectionV1ServiceImpl>();
        application.MapGrpcService<ReflectionServiceImpl>();
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        SetHealth(health, HealthCheckResponse.Types.ServingStatus.Serving);
        return new GrpcHost(application, health);
    }

    /// <summary>Takes no more calls and waits for those under way; cancelled: ends them.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        SetHealth(_health, HealthCheckResponse.Types.ServingStatus.NotServing);
        return _application.StopAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    // The empty name stands for the server as a whole.
    private static void SetHealth(HealthServiceImpl health, HealthCheckResponse.Types.ServingStatus status)
    {
        health.SetStatus("", status);
        health.SetStatus(ServiceName, status);
    }
}
