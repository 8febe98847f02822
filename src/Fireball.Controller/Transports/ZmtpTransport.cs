using Fireball.Linux;
using Fireball.Rpc;
using Fireball.V1;
using Fireball.Zmtp;

namespace Fireball.Controller;

/// <summary>ZMTP with the PLAIN mechanism, whose password is the secret.</summary>
/// <param name="name">The transport's name.</param>
/// <param name="engine">What carries messages after the handshake; null: the connection itself.</param>
internal sealed class ZmtpTransport(
    string name, Func<ZmtpConnection, ZmtpOptions, CancellationToken, Task<IMessageConnection>>? engine)
    : AgentTransport(name, "fireball-agent")
{
    private const string UserName = "fireball";

    public static ZmtpTransport Instance { get; } = new(ConnectionNames.Zmq, engine: null);

    public override async Task<AgentChannel> OpenAsync(Stream stream, string secret, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var options = new ZmtpOptions
        {
            Mechanism = MechanismKind.Plain,
            Credentials = new PlainCredentials(UserName, secret),
        };
        ZmtpConnection agent = await (stream is ReactorStream socket
            ? ZmtpConnection.ConnectAsync(socket, new WritingHalfStream(socket), options, cancellationToken)
            : ZmtpConnection.ConnectAsync(stream, options, cancellationToken)).ConfigureAwait(false);
        IMessageConnection messages = engine is null
            ? agent
            : await engine(agent, options, cancellationToken).ConfigureAwait(false);
        return new ZmtpAgentChannel(new RpcChannel(messages));
    }
}
