using Fireball.Kestrel;
using Fireball.Linux;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fireball.Serve;

/// <summary>
/// The gRPC API on its Unix-domain socket: connections of this user are accepted and handed to Kestrel, which is started
/// with the first one. Other users' are closed before a byte is read; the directory keeps them away besides.
/// </summary>
internal sealed class GrpcEndpoint : IAsyncDisposable
{
    private readonly GrpcOptions _options;
    private readonly ControllerCalls _service;
    private readonly ILogger _logger;
    private readonly SocketPlace _place;
    private readonly OwnUserListener _accepting;
    private readonly AcceptedConnections _local;
    private readonly Lazy<Task<GrpcHost>> _host;

    /// <summary>Listens there; nothing is accepted before <see cref="RunAsync"/>.</summary>
    public GrpcEndpoint(GrpcOptions options, SocketPlace place, ControllerCalls service, ILogger logger)
    {
        (_options, _place, _service, _logger) = (options, place, service, logger);
        _local = new AcceptedConnections(Path.GetFileName(options.Socket));
        _host = new Lazy<Task<GrpcHost>>(() => Task.Run(StartHostAsync));
        _accepting = new OwnUserListener(place.Listener, ServeAsync, line => ServeLog.GrpcConnection(_logger, _options.Socket, line));
    }

    /// <summary>Whether the server was started.</summary>
    public bool IsStarted => _host.IsValueCreated;

    /// <summary>Starts the server now instead of with the first connection.</summary>
    public Task StartAsync() => _host.Value;

    /// <summary>Accepts until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _accepting.RunAsync(cancellationToken);

    /// <summary>Ends what was accepted, in order as long as not cancelled. Meant for after <see cref="RunAsync"/>.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _place.Dispose();
        if (_host.IsValueCreated)
        {
            GrpcHost host = await _host.Value.ConfigureAwait(false);
            await host.StopAsync(cancellationToken).ConfigureAwait(false);
        }

        await _accepting.DrainedAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _place.Dispose();
        if (_host.IsValueCreated)
        {
            GrpcHost host = await _host.Value.ConfigureAwait(false);
            await host.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task<GrpcHost> StartHostAsync()
    {
        WebApplicationBuilder builder = KestrelHost.CreateBuilder(
            new KestrelHostOptions { MaxCallsPerConnection = _options.MaxCallsPerConnection });
        builder.Serve(_local);
        builder.Services.AddSingleton(_service);
        return GrpcHost.StartAsync(builder, static routes => routes.MapGrpcService<ControllerCalls>(), _logger, CancellationToken.None);
    }

    private async Task ServeAsync(Descriptor socket, CancellationToken stop)
    {
        PeerIdentity peer = PeerIdentity.Of(socket);
        var connection = new StreamConnection(new ReactorStream(Reactor.Shared, socket, readInline: true), $"uid {peer.UserId}, pid {peer.Pid}");
        try
        {
            await _host.Value.ConfigureAwait(false);
            if (await _local.AddAsync(connection, stop).ConfigureAwait(false))
            {
                await connection.Completion.ConfigureAwait(false);
                return;
            }
        }
        catch
        {
            await RefuseAsync(connection).ConfigureAwait(false);
            throw;
        }

        await RefuseAsync(connection).ConfigureAwait(false);
    }

    private static ValueTask RefuseAsync(StreamConnection connection)
    {
        connection.Abort("the server is stopping");
        return connection.DisposeAsync();
    }
}
