using Fireball.Ssh;

namespace Fireball.Controller;

/// <summary>One person's wish to be connected; may be tried more than once.</summary>
internal sealed class ConnectAttempt(
    SshTarget target, FireballOptions options, ISshPrompter? prompter, IProgress<string>? progress) : ISshPrompter
{
    private bool _asked;

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
            Agent = await AgentFile.LoadAsync(options.AgentPath).ConfigureAwait(false),
            Prompter = prompter is null ? null : this,
            AskPassProgram = options.AskPassProgram,
            Progress = progress,
            Lease = options.Lease,
            Idle = options.Idle,
            ForceBridge = options.ForceBridge,
        };
        ISshConnector connector = options.Connector ?? DefaultConnector.Instance;
        ISshSession ssh = await connector.ConnectAsync(target, connectOptions, cancellationToken).ConfigureAwait(false);
        try
        {
            AgentChannel channel = await AgentChannel.OpenAsync(ssh, cancellationToken).ConfigureAwait(false);
            return new HostSession(ssh, channel, options.TimeProvider.GetTimestamp());
        }
        catch
        {
            await ssh.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
