using Fireball.Rpc;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>Calls in ZMTP messages.</summary>
internal sealed class ZmtpAgentChannel : AgentChannel
{
    private readonly RpcChannel _channel;

    public ZmtpAgentChannel(RpcChannel channel)
    {
        _channel = channel;
        Ended = EndAsync();
    }

    public override CallInvoker Invoker => _channel.CallInvoker;

    public override Task<string> Ended { get; }

    public override ValueTask DisposeAsync() => _channel.DisposeAsync();

    private async Task<string> EndAsync() => (await _channel.Closed.ConfigureAwait(false)).Detail;
}
