using Fireball.Agent.Core;
using Fireball.Kestrel;
using Fireball.Linux;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fireball.Agent.Grpc;

/// <summary>Serves owners by gRPC over HTTP/2, on Kestrel.</summary>
internal sealed class GrpcOwnerServer : IOwnerServer
{
    private readonly AcceptedConnections _connections = new("owners");
    private readonly WebApplication _kestrel;

    private GrpcOwnerServer(AgentCalls service, Action<string> failed)
    {
        var builder = KestrelHost.CreateBuilder(new KestrelHostOptions
        {
            // As over ZMTP: several times what one agent can usefully run.
            MaxCallsPerConnection = 1024,

            // The owner asks after 5 s, so that this one asks only where the owner is silent: dead after 20 s.
            KeepAliveDelay = TimeSpan.FromSeconds(10),
            KeepAliveTimeout = TimeSpan.FromSeconds(10),
        });
        builder.Serve(_connections);
        builder.Services.AddSingleton(service);
        builder.Services.AddSingleton<ILoggerProvider>(new FailureLog(failed));

        // As over ZMTP: the owner may know why a call failed.
        builder.Services.AddGrpc(options => options.EnableDetailedErrors = true);
        _kestrel = builder.Build();
        _kestrel.MapGrpcService<AgentCalls>();
    }

    public async Task ServeAsync(ReactorStream connection, string peer, CancellationToken cancellationToken)
    {
        var served = new StreamConnection(connection, peer);
        if (!_connections.TryAdd(served))
        {
            throw new IOException("too many connections at a time, or the agent is leaving");
        }

        using var leaving = cancellationToken.UnsafeRegister(_ => served.Abort("the agent leaves"), null);
        await served.Completion;
    }

    public Task DrainAsync(string reason, CancellationToken cancellationToken) => _kestrel.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _kestrel.DisposeAsync();

    internal static async Task<IOwnerServer> StartAsync(AgentCalls service, Action<string> failed)
    {
        var server = new GrpcOwnerServer(service, failed);
        await server._kestrel.StartAsync();
        return server;
    }
}
