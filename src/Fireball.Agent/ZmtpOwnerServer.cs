using Fireball.Agent.Core;
using Fireball.Linux;
using Fireball.Rpc;
using Fireball.Zmtp;

namespace Fireball.Agent;

/// <summary>Serves owners by ZMTP.</summary>
internal sealed class ZmtpOwnerServer : IOwnerServer
{
    private static readonly ZmtpOptions Options = new() { SocketType = SocketType.Router };

    private readonly RpcServer _server;

    private ZmtpOwnerServer(AgentCalls service, Action<string> failed)
    {
        _server = new RpcServer(new RpcOptions
        {
            HandlerFailed = (method, e) => failed($"{method} failed: {FailureText.Of(e)}"),
        });
        AgentBinding.BindService(_server.Services, service);
    }

    public async Task ServeAsync(ReactorStream connection, string peer, CancellationToken cancellationToken)
    {
        var zmtp = await ZmtpConnection.AcceptAsync(
            connection, new WritingHalfStream(connection), Options, cancellationToken);
        await _server.ServeAsync(zmtp, peer, cancellationToken);
    }

    public Task DrainAsync(string reason, CancellationToken cancellationToken) =>
        _server.DrainAsync(reason, cancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    internal static Task<IOwnerServer> StartAsync(AgentCalls service, Action<string> failed) =>
        Task.FromResult<IOwnerServer>(new ZmtpOwnerServer(service, failed));
}
