using Fireball.Ssh;

namespace Fireball.Controller;

/// <summary>One person's wish to be connected; may be tried more than once.</summary>
/// <param name="target">The host.</param>
/// <param name="options">How.</param>
/// <param name="lost">The agent that may still be there; null: there is none to come back to.</param>
/// <param name="prompter">Answers ssh's questions; null: nobody.</param>
/// <param name="progress">Told what is happening.</param>
internal sealed class ConnectAttempt(
    SshTarget target, FireballOptions options, AgentLaunch? lost, ISshPrompter? prompter, IProgress<string>? progress)
    : ISshPrompter
{
    private bool _asked;
    private AgentLaunch? _lost = lost;

    public async ValueTask<string?> AskAsync(SshPrompt prompt, CancellationToken cancellationToken)
    {
        _asked = true;
        return await prompter!.AskAsync(prompt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Nobody is asked twice, and what a second try cannot change is not tried.</summary>
    public bool MayRepeat(Exception? failure) =>
        !_asked && failure is SshException { Phase: SshPhase.Connect or SshPhase.Forward or SshPhase.Handshake };

    public async ValueTask<HostSession> RunAsync(CancellationToken cancellationToken)
    {
        var connectOptions = new SshConnectOptions
        {
            Agent = await AgentFile.LoadAsync(options.AgentPath, options.Transport.Executable).ConfigureAwait(false),
            Prompter = prompter is null ? null : this,
            AskPassProgram = options.AskPassProgram,
            Progress = progress,
            Lease = options.Lease,
            Idle = options.Idle,
            ForceBridge = options.ForceBridge,
            AuthenticationSocket = options.AuthenticationSocket,
        };
        ISshConnector connector = options.Connector ?? DefaultConnector.Instance;
        return await TryComeBackAsync(connector, connectOptions, cancellationToken).ConfigureAwait(false)
            ?? await OpenAsync(
                await connector.ConnectAsync(target, connectOptions, cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
    }

    // Null: there is no agent to come back to. A host that cannot be connected at all is a failure here too.
    private async Task<HostSession?> TryComeBackAsync(
        ISshConnector connector, SshConnectOptions connectOptions, CancellationToken cancellationToken)
    {
        if (_lost is not { SocketPath.Length: > 0 } agent)
        {
            return null;
        }

        try
        {
            return await OpenAsync(
                await connector.ReattachAsync(target, agent, connectOptions, cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is NotSupportedException or SshException
        {
            Phase: SshPhase.Probe or SshPhase.Launch or SshPhase.Forward or SshPhase.Handshake,
        })
        {
            // It has left, or was ended: another one is started.
            _lost = null;
            return null;
        }
    }

    private async Task<HostSession> OpenAsync(ISshSession ssh, CancellationToken cancellationToken)
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

    private async Task<AgentChannel> HandshakeAsync(ISshSession ssh, Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await options.Transport.OpenAsync(stream, ssh.Agent.Secret, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            // Where ssh ended meanwhile, its words are the reason.
            string reason = ssh.Ended.IsCompleted ? await ssh.Ended.ConfigureAwait(false) : failure.Message;
            throw new SshException(SshPhase.Handshake, reason, failure);
        }
    }
}
