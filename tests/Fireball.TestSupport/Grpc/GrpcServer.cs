using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fireball.TestSupport;

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

    /// <summary>The server's limits as they came out.</summary>
    public KestrelServerOptions Kestrel { get; private init; } = null!;

    public static async Task<GrpcServer> StartAsync(
        Action<IEndpointRouteBuilder> map,
        Action<GrpcServiceOptions>? options = null,
        Action<KestrelServerOptions>? kestrel = null,
        Action<IServiceCollection>? services = null)
    {
        var directory = new TemporaryDirectory("fbgrpc");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        KestrelServerOptions? configured = null;
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.ListenUnixSocket(directory["grpc"], listen => listen.Protocols = HttpProtocols.Http2);
            kestrel?.Invoke(server);
            configured = server;
        });
        builder.Services.AddGrpc(options ?? (_ => { }));
        services?.Invoke(builder.Services);
        var application = builder.Build();
        map(application);
        await application.StartAsync(CancellationToken.None);
        return new GrpcServer(directory, application) { Kestrel = configured! };
    }

    /// <summary>Takes no new calls and waits for those under way; cancelled: these are ended at once.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        _directory.Dispose();
    }
}
