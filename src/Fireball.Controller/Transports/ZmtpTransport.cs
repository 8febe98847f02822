using Fireball.Posix;
using Fireball.Rpc;
using Fireball.Zmtp;

namespace Fireball.Controller;

/// <summary>ZMTP with the PLAIN mechanism, whose password is the secret.</summary>
internal sealed class ZmtpTransport : AgentTransport
{
    /// <summary>The agent that speaks it.</summary>
    internal const string AgentExecutable = "fireball-agent";

    private const string UserName = "fireball";

    private ZmtpTransport()
        : base(ZmqName, AgentExecutable)
    {
    }

    public static ZmtpTransport Instance { get; } = new();

    public override async Task<AgentChannel> OpenAsync(Stream stream, string secret, CancellationToken cancellationToken = default) =>
        new ZmtpAgentChannel(new RpcChannel(await HandshakeAsync(stream, Options(secret), cancellationToken).ConfigureAwait(false)));

    /// <summary>Shows the secret.</summary>
    internal static Task<ZmtpConnection> HandshakeAsync(Stream stream, ZmtpOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream is ReactorStream socket
            ? ZmtpConnection.ConnectAsync(socket, new WritingHalfStream(socket), options, cancellationToken)
            : ZmtpConnection.ConnectAsync(stream, options, cancellationToken);
    }

    /// <summary>What the agent's handshake asks of its owner.</summary>
    internal static ZmtpOptions Options(string secret) => new()
    {
        Mechanism = MechanismKind.Plain,
        Credentials = new PlainCredentials(UserName, secret),
    };
}
