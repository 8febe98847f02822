using Fireball.Posix;
using Fireball.Rpc;
using Fireball.Ssh;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>Calls to an agent over one byte stream of an SSH session.</summary>
internal sealed class AgentChannel : IAsyncDisposable
{
    private const string UserName = "fireball";

    private readonly RpcChannel _channel;

    private AgentChannel(RpcChannel channel)
    {
        _channel = channel;
        Ended = EndAsync();
    }

    public CallInvoker Invoker => _channel.CallInvoker;

    /// <summary>Completes, never faulted, with the reason.</summary>
    public Task<string> Ended { get; }

    /// <summary>Opens a stream to the agent and handshakes with the session's secret.</summary>
    /// <exception cref="SshException">Phase forward or handshake.</exception>
    public static async Task<AgentChannel> OpenAsync(ISshSession ssh, CancellationToken cancellationToken)
    {
        Stream stream = await ssh.OpenStreamAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var options = new ZmtpOptions
            {
                Mechanism = MechanismKind.Plain,
                Credentials = new PlainCredentials(UserName, ssh.Agent.Secret),
            };
            Task<ZmtpConnection> handshake = stream is ReactorStream socket
                ? ZmtpConnection.ConnectAsync(socket, new WritingHalfStream(socket), options, cancellationToken)
                : ZmtpConnection.ConnectAsync(stream, options, cancellationToken);
            ZmtpConnection connection = await handshake.ConfigureAwait(false);
            return new AgentChannel(new RpcChannel(connection));
        }
        catch (IOException failure)
        {
            // Where ssh ended meanwhile, its words are the reason.
            string reason = ssh.Ended.IsCompleted ? await ssh.Ended.ConfigureAwait(false) : failure.Message;
            throw new SshException(SshPhase.Handshake, reason, failure);
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private async Task<string> EndAsync() => (await _channel.Closed.ConfigureAwait(false)).Detail;
}
