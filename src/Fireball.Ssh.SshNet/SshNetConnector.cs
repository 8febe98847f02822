using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// SSH sessions by SSH.NET, in this process: ssh_config, known_hosts, key files and ssh-agent are read as OpenSSH does, and
/// what is not supported is refused by name. Thread-safe.
/// </summary>
public sealed class SshNetConnector : ISshConnector
{
    /// <inheritdoc/>
    public Task<ITunnel> ConnectAsync(
        SshTarget target, SshConnectOptions options, CancellationToken cancellationToken = default) =>
        AttemptAsync(target, options, static attempt => attempt.ConnectAsync(), cancellationToken);

    /// <inheritdoc/>
    public Task<ITunnel> ReattachAsync(
        SshTarget target, AgentLaunch agent, SshConnectOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return AttemptAsync(target, options, attempt => attempt.ReattachAsync(agent), cancellationToken);
    }

    private static async Task<ITunnel> AttemptAsync(
        SshTarget target,
        SshConnectOptions options,
        Func<SshNetAttempt, Task<ITunnel>> run,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var attempt = new SshNetAttempt(target.Checked(), options, cancellationToken);
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
