using Fireball.Kestrel;
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
    private const string ServiceName = "fireball.v1.Controller";

    private readonly WebApplication _application;
    private readonly HealthServiceImpl _health;

    private GrpcHost(WebApplication application, AcceptedConnections local, HealthServiceImpl health) =>
        (_application, Local, _health) = (application, local, health);

    /// <summary>Takes the connections of the local socket.</summary>
    public AcceptedConnections Local { get; }

    public static async Task<GrpcHost> StartAsync(
        GrpcOptions options, ControllerService service, Action<string>? log, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = KestrelHost.CreateBuilder(
            new KestrelHostOptions { MaxCallsPerConnection = options.MaxCallsPerConnection });
        builder.Logging.AddProvider(new LineLoggerProvider(log));
        var local = new AcceptedConnections(Path.GetFileName(options.Socket));
        builder.Serve(local);

        var health = new HealthServiceImpl();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(service);
        builder.Services.AddSingleton(health);

        // Made when somebody asks: the descriptors are megabytes that nothing else needs.
        builder.Services.AddSingleton(static _ => new ReflectionV1ServiceImpl(
            V1.Controller.Descriptor, Health.Descriptor, ServerReflection.Descriptor));

        WebApplication application = builder.Build();
        application.MapGrpcService<ControllerService>();
        application.MapGrpcService<HealthServiceImpl>();
        application.MapGrpcService<ReflectionV1ServiceImpl>();
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
        return new GrpcHost(application, local, health);
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
