using Fireball.Rpc;
using Fireball.Zmtp.NetMQ;

namespace Fireball.Controller;

/// <summary>As <see cref="ZmtpTransport"/>, to the same agent, by NetMQ's sockets.</summary>
internal sealed class NetMqTransport : AgentTransport
{
    private NetMqTransport()
        : base(NetMQName, ZmtpTransport.AgentExecutable)
    {
    }

    public static NetMqTransport Instance { get; } = new();

    public override async Task<AgentChannel> OpenAsync(Stream stream, string secret, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new ZmtpAgentChannel(new RpcChannel(
            await NetMqEngine.ConnectAsync(stream, ZmtpTransport.Options(secret), cancellationToken).ConfigureAwait(false)));
    }
}
