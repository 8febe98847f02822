using Fireball.Agent.Core;
using Fireball.Linux;
using Fireball.Rpc;
using Fireball.Zmtp;

namespace Fireball.Agent;

/// <summary>Serves owners by ZMTP; they show the secret as the password of the PLAIN handshake.</summary>
internal sealed class ZmtpOwnerServer : IOwnerServer
{
    // Who the owner says it is; the secret is what counts.
    private const string UserName = "fireball";

    private readonly RpcServer _server;
    private readonly ZmtpOptions _options;

    private ZmtpOwnerServer(AgentCalls service, string secret, Action<string> failed)
    {
        _server = new RpcServer(new RpcOptions
        {
            HandlerFailed = (method, e) => failed($"{method} failed: {e.GetType().Name}: {e.Message}"),
        });
        AgentBinding.BindService(_server.Services, service);
        _options = new ZmtpOptions
        {
            SocketType = SocketType.Router,
            Mechanism = MechanismKind.Plain,
            PlainValidator = new PlainCredentials(UserName, secret).Matches,
        };
    }

    public async Task ServeAsync(
        ReactorStream connection, string peer, Handshake handshake, CancellationToken cancellationToken)
    {
        var zmtp = await ZmtpConnection.AcceptAsync(
            connection, new WritingHalfStream(connection), _options, handshake.Token);
        if (!handshake.TryComplete())
        {
            await zmtp.DisposeAsync();
            return;
        }

        await _server.ServeAsync(zmtp, peer, cancellationToken);
    }

    public Task DrainAsync(string reason, CancellationToken cancellationToken) =>
        _server.DrainAsync(reason, cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    internal static Task<IOwnerServer> StartAsync(AgentCalls service, string secret, Action<string> failed) =>
        Task.FromResult<IOwnerServer>(new ZmtpOwnerServer(service, secret, failed));
}
