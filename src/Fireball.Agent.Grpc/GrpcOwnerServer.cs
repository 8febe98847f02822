using Fireball.Agent.Core;
using Fireball.Kestrel;
using Fireball.Linux;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fireball.Agent.Grpc;

/// <summary>Serves owners by gRPC over HTTP/2, on Kestrel; they show the secret with every call.</summary>
internal sealed class GrpcOwnerServer : IOwnerServer
{
    /// <summary>
    /// The server's connection preface (RFC 9113, 3.4): an empty SETTINGS frame; Kestrel's own one follows when the client's
    /// preface has come. Sent unasked, as ZMTP sends its greeting: by its first byte the controller knows a forward that
    /// leads here from one that sshd denies.
    /// </summary>
    private static readonly byte[] Greeting = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    /// <summary>How long a connection may take to show the secret; as ZMTP's handshake.</summary>
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    private readonly AcceptedConnections _connections = new("owners");
    private readonly WebApplication _kestrel;

    private GrpcOwnerServer(AgentCalls service, string secret, Action<string> failed)
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
        _kestrel.Use(new SecretCheck(secret).InvokeAsync);
        _kestrel.UseRouting();
        _kestrel.MapGrpcService<AgentCalls>();
    }

    public async Task ServeAsync(
        ReactorStream connection, string peer, Handshake handshake, CancellationToken cancellationToken)
    {
        await connection.WriteAsync(Greeting, handshake.Token);
        var served = new StreamConnection(connection, peer);
        served.Features.Set(handshake);
        if (!_connections.TryAdd(served))
        {
            throw new IOException("too many connections at a time, or the agent is leaving");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(handshake.Token);
        limit.CancelAfter(HandshakeLimit);
        using var unproved = limit.Token.UnsafeRegister(
            _ =>
            {
                if (!handshake.IsComplete)
                {
                    served.Abort("closed before it has shown the secret");
                }
            },
            null);
        using var leaving = cancellationToken.UnsafeRegister(_ => served.Abort("the agent leaves"), null);
        await served.Completion;
        if (!handshake.IsComplete && served.AbortReason is { } reason)
        {
            throw new IOException(reason);
        }
    }

    public Task DrainAsync(string reason, CancellationToken cancellationToken) => _kestrel.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _kestrel.DisposeAsync();

    internal static async Task<IOwnerServer> StartAsync(AgentCalls service, string secret, Action<string> failed)
    {
        var server = new GrpcOwnerServer(service, secret, failed);
        await server._kestrel.StartAsync();
        return server;
    }
}
