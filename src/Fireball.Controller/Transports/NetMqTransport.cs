using Fireball.Rpc;
using Fireball.Zmtp;
using Fireball.Zmtp.NetMQ;

namespace Fireball.Controller;

/// <summary>As <see cref="ZmtpTransport"/>, to the same agent with the same handshake; then by NetMQ's sockets.</summary>
internal sealed class NetMqTransport : AgentTransport
{
    private NetMqTransport()
        : base(NetMQName, ZmtpTransport.AgentExecutable)
    {
    }

    public static NetMqTransport Instance { get; } = new();

    public override async Task<AgentChannel> OpenAsync(Stream stream, string secret, CancellationToken cancellationToken = default)
    {
        ZmtpOptions options = ZmtpTransport.Options(secret);
        ZmtpConnection agent = await ZmtpTransport.HandshakeAsync(stream, options, cancellationToken).ConfigureAwait(false);
        return new ZmtpAgentChannel(new RpcChannel(
            await NetMqEngine.ConnectAsync(agent, options, cancellationToken).ConfigureAwait(false)));
    }
}
