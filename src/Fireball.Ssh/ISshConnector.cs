namespace Fireball.Ssh;

/// <summary>Makes SSH sessions; the seam for another SSH implementation than the system's OpenSSH. Thread-safe.</summary>
public interface ISshConnector
{
    /// <summary>Connects, bootstraps the agent (probe, upload where needed, launch) and prepares the route to it.</summary>
    /// <exception cref="SshException">With the phase that failed and ssh's own words.</exception>
    Task<ISshSession> ConnectAsync(SshTarget target, SshConnectOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Connects again to an agent whose connection was lost, within its lease; nothing is uploaded or started.
    /// </summary>
    /// <param name="target">The host, as before.</param>
    /// <param name="agent">What <see cref="ISshSession.Agent"/> of the lost session said.</param>
    /// <param name="options">As before.</param>
    /// <param name="cancellationToken">Abandons the attempt.</param>
    /// <exception cref="SshException">As above; phase launch: the agent is gone.</exception>
    /// <exception cref="NotSupportedException">This implementation cannot.</exception>
    Task<ISshSession> ReattachAsync(
        SshTarget target, AgentLaunch agent, SshConnectOptions options, CancellationToken cancellationToken = default) =>
        Task.FromException<ISshSession>(new NotSupportedException("this SSH implementation cannot attach to a running agent"));
}
