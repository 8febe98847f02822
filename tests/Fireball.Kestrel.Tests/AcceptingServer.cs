using System.Collections.Concurrent;
using Fireball.Linux;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fireball.Kestrel.Tests;

/// <summary>A server that accepts connections on a Unix-domain socket by itself and has Kestrel serve them.</summary>
public sealed class AcceptingServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new("fbkestrel");
    private readonly WebApplication _application;
    private readonly UnixListener _listener;
    private readonly Func<ReactorStream, StreamConnection> _connect;

    private AcceptingServer(WebApplication application, AcceptedConnections accepted, Func<ReactorStream, StreamConnection> connect)
    {
        (_application, Accepted, _connect) = (application, accepted, connect);
        _listener = UnixListener.Bind(Reactor.Shared, SocketPath, acceptInline: true);
    }

    public string SocketPath => _directory["grpc"];

    public AcceptedConnections Accepted { get; }

    public ConcurrentQueue<StreamConnection> Connections { get; } = [];

    public static async Task<AcceptingServer> StartAsync<TService>(
        TService service, Func<ReactorStream, StreamConnection>? connect = null, KestrelHostOptions? options = null)
        where TService : class
    {
        var builder = KestrelHost.CreateBuilder(options ?? new KestrelHostOptions());
        var accepted = new AcceptedConnections("the test's socket");
        builder.Serve(accepted);
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(service);
        var application = builder.Build();
        application.MapGrpcService<TService>();
        await application.StartAsync(CancellationToken.None);
        var server = new AcceptingServer(application, accepted, connect ?? (stream => new StreamConnection(stream, "a test")));
        _ = server.AcceptAsync();
        return server;
    }

    public GrpcChannel Open() => GrpcClient.Open(SocketPath);

    /// <summary>Lets calls end that are under way, for as long as the token allows.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
        _directory.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(CancellationToken.None);
                var connection = _connect(new ReactorStream(Reactor.Shared, socket, readInline: true));
                Connections.Enqueue(connection);
                if (!Accepted.TryAdd(connection))
                {
                    connection.Abort("refused");
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
