using Fireball.Deploy;

namespace Fireball.Ssh;

/// <summary>Connects with the system's OpenSSH client (8.4 or later), one ssh process per host.</summary>
public sealed class OpenSshConnector : ISshConnector
{
    /// <inheritdoc/>
    public Task<ITunnel> ConnectAsync(
        SshTarget target, SshConnectOptions options, CancellationToken cancellationToken = default) =>
        AttemptAsync(target, options, attempt => attempt.ConnectAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<ITunnel> ReattachAsync(
        SshTarget target, AgentLaunch agent, SshConnectOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return AttemptAsync(target, options, attempt => attempt.ReattachAsync(agent, cancellationToken), cancellationToken);
    }

    private static async Task<ITunnel> AttemptAsync(
        SshTarget target,
        SshConnectOptions options,
        Func<ConnectAttempt, Task<ITunnel>> run,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Prompter is not null && string.IsNullOrEmpty(options.AskPassProgram))
        {
            throw new ArgumentException("a prompter needs an AskPassProgram, through which ssh asks", nameof(options));
        }

        cancellationToken.ThrowIfCancellationRequested();
        var attempt = new ConnectAttempt(target.Checked(), options);
        try
        {
            return await run(attempt).ConfigureAwait(false);
        }
        catch
        {
            await attempt.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }
}
