using Fireball.Controller;
using Fireball.Ssh.SshNet;
using Fireball.V1;
using Fireball.Zmtp.NetMQ;

namespace Fireball.Bench;

/// <summary>What there is to compare, in the order in which it is shown. The last one, the floor, is what the others are related to.</summary>
internal static class TransportList
{
    public static readonly ITransport Zmq = new FireballTransport("zmq", "fireball's library over ZMTP (the default)", AgentTransport.Zmq);

    public static readonly ITransport Grpc = new FireballTransport("grpc", "the same over gRPC (HTTP/2)", AgentTransport.Grpc);

    public static readonly ITransport NetMq = new FireballTransport(
        ConnectionNames.NetMq,
        "zmq by NetMQ's sockets on this side",
        AgentTransport.OverZmtp(ConnectionNames.NetMq, NetMqEngine.ConnectAsync));

    public static readonly ITransport SshNet = new FireballTransport(
        ConnectionNames.SshNet, "zmq over SSH.NET in the place of ssh", AgentTransport.Zmq, new SshNetConnector());

    public static readonly ITransport Command = new CommandTransport();

    public static readonly ITransport Serve = new ServeTransport();

    public static readonly ITransport Ssh = new SshTransport();

    public static readonly ITransport Sftp = new SftpTransport();

    public static readonly ITransport Rsync = new RsyncTransport();

    public static readonly ITransport Spawn = new SpawnTransport();

    public static readonly ITransport RawForward = new FloorTransport();

    public static IReadOnlyList<ITransport> All { get; } = [Zmq, NetMq, SshNet, Grpc, Command, Serve, Ssh, Sftp, Rsync, Spawn, RawForward];

    /// <summary>
    /// What a run compares that is not told what to: what carries calls. The command, the gRPC API and what is no transport
    /// at all are asked for by name.
    /// </summary>
    public static IReadOnlyList<ITransport> Standard { get; } = [Zmq, Grpc, Ssh, Sftp, Rsync, RawForward];

    /// <summary>The name of the floor.</summary>
    public const string Floor = "floor";
}
