using Fireball.Controller;

namespace Fireball.Bench.Transports;

/// <summary>What there is to compare, in the order in which it is shown. The last one, the floor, is what the others are related to.</summary>
internal static class TransportList
{
    public static IReadOnlyList<ITransport> All { get; } =
    [
        new FireballTransport("zmq", "fireball's library over ZMTP (the default)", AgentTransport.Zmq),
        new FireballTransport("grpc", "the same over gRPC (HTTP/2)", AgentTransport.Grpc),
        .. AgentTransport.Names.Contains(AgentTransport.NetMQName)
            ? [new FireballTransport("netmq", "the same over ZMTP, by NetMQ's sockets", AgentTransport.NetMQ)]
            : Array.Empty<ITransport>(),
        new SshTransport(),
        new SftpTransport(),
        new RsyncTransport(),
        new FloorTransport(),
    ];

    /// <summary>The name of the floor.</summary>
    public const string Floor = "floor";
}
