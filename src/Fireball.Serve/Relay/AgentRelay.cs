using Fireball.Controller;
using Fireball.Rpc;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>
/// Finds the host that a call of fireball.v1.AgentService is for. It never connects one: connecting may ask questions, for
/// which there is <see cref="ControllerCalls.Connect"/>.
/// </summary>
internal sealed class AgentRelay(HostTable hosts)
{
    private const string RelayedService = "/fireball.v1.AgentService/";

    private static readonly Metadata NotConnected = new() { { NotStarted.Key, "1" }, { ServeMetadata.NotConnected, "1" } };

    /// <summary>See <see cref="RelayTarget"/>.</summary>
    public ValueTask<CallInvoker?> FindAsync(string method, Metadata headers, CancellationToken cancellationToken)
    {
        if (!method.StartsWith(RelayedService, StringComparison.Ordinal))
        {
            return new((CallInvoker?)null);
        }

        string key = headers.GetValue(ServeMetadata.Host) ?? throw new RpcException(
            new Status(StatusCode.InvalidArgument, $"the metadata entry {ServeMetadata.Host} is missing"));
        return hosts.TryAcquireConnected(key, out HostEntry? entry, out HostSession? session)
            ? new(new RelayedCallInvoker(session.Invoker, entry, session.Tunnel.Agent.SocketPath))
            : throw new RpcException(new Status(StatusCode.Unavailable, "the host is not connected"), NotConnected);
    }
}
