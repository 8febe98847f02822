using Fireball.Deploy;
using Fireball.Ssh;

namespace Fireball.Controller;

/// <summary>One wish to be connected; may be tried more than once, see <see cref="ConnectPolicy"/>.</summary>
/// <param name="target">The host.</param>
/// <param name="options">How.</param>
/// <param name="lost">The agent that may still be there; null: there is none to come back to.</param>
/// <param name="prompter">Answers ssh's questions; null: they fail.</param>
/// <param name="progress">Told what is happening.</param>
internal sealed class SessionOpener(
    SshTarget target, FireballOptions options, AgentLaunch? lost, IPrompter? prompter, IProgress<string>? progress)
    : IPrompter
{
    private AgentLaunch? _lost = lost is { SocketPath.Length: > 0 } ? lost : null;

    /// <summary>A person was asked something.</summary>
    public bool HasAsked { get; private set; }

    /// <summary>It comes back to an agent that may still be there.</summary>
    public bool ComesBack => _lost is not null;

    public async ValueTask<string?> AskAsync(Question prompt, CancellationToken cancellationToken)
    {
        HasAsked = true;
        return await prompter!.AskAsync(prompt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects: to the agent that was lost, where there is one, and otherwise to one that is started.</summary>
    public async ValueTask<HostSession> RunAsync(CancellationToken cancellationToken)
    {
        var connectOptions = new SshConnectOptions
        {
            Agents = await AgentFiles.LoadAsync(options.AgentDirectory, options.Transport.Executable).ConfigureAwait(false),
            Prompter = prompter is null ? null : this,
            AskPassProgram = options.AskPassProgram,
            Progress = progress,
            Lease = options.Lease,
            Idle = options.Idle,
            ForceBridge = options.ForceBridge,
            AuthenticationSocket = options.AuthenticationSocket,
        };
        ISshConnector connector = options.Connector ?? SshConnectors.Default;
        ITunnel ssh = _lost is { } agent
            ? await connector.ReattachAsync(target, agent, connectOptions, cancellationToken).ConfigureAwait(false)
            : await connector.ConnectAsync(target, connectOptions, cancellationToken).ConfigureAwait(false);
        return await OpenAsync(ssh, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The agent that was lost has left, or was ended: another one is started.</summary>
    public ValueTask<HostSession> StartAnotherAsync(CancellationToken cancellationToken)
    {
        _lost = null;
        return RunAsync(cancellationToken);
    }

    private async Task<HostSession> OpenAsync(ITunnel ssh, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = await ssh.OpenStreamAsync(cancellationToken).ConfigureAwait(false);
            AgentChannel channel = await HandshakeAsync(ssh, stream, cancellationToken).ConfigureAwait(false);
            return new HostSession(ssh, channel, options.TimeProvider);
        }
        catch
        {
            await ssh.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<AgentChannel> HandshakeAsync(ITunnel ssh, Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await options.Transport.OpenAsync(stream, ssh.Agent.Secret, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            // Where ssh ended meanwhile, its words are the reason.
            string reason = ssh.Ended.IsCompleted ? await ssh.Ended.ConfigureAwait(false) : failure.Message;
            throw new TunnelException(ConnectPhase.Handshake, reason, failure);
        }
    }
}
