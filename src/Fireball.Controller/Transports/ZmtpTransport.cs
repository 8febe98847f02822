using Fireball.Linux;
using Fireball.Rpc;
using Fireball.V1;
using Fireball.Zmtp;

namespace Fireball.Controller;

/// <summary>ZMTP with the NULL mechanism: what has to be proved is proved before.</summary>
/// <param name="name">The transport's name.</param>
/// <param name="engine">What carries messages after the handshake; null: the connection itself.</param>
internal sealed class ZmtpTransport(
    string name, Func<ZmtpConnection, ZmtpOptions, CancellationToken, Task<IMessageConnection>>? engine)
    : AgentTransport(name, "fireball-agent")
{
    // Calls need not wait for the peer's READY: who it is is known.
    private static readonly ZmtpOptions Eager = new() { Eager = true };
    private static readonly ZmtpOptions Waiting = new();

    public static ZmtpTransport Instance { get; } = new(ConnectionNames.Zmq, engine: null);

    internal override async Task<AgentChannel> StartAsync(Stream stream, CancellationToken cancellationToken)
    {
        ZmtpOptions options = engine is null ? Eager : Waiting;
        ZmtpConnection agent = await (stream is ReactorStream socket
            ? ZmtpConnection.ConnectAsync(socket, new WritingHalfStream(socket), options, cancellationToken)
            : ZmtpConnection.ConnectAsync(stream, options, cancellationToken)).ConfigureAwait(false);
        IMessageConnection messages = engine is null
            ? agent
            : await engine(agent, options, cancellationToken).ConfigureAwait(false);
        return new ZmtpAgentChannel(new RpcChannel(messages));
    }
}
