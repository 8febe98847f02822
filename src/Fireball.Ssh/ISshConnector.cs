using Fireball.Deploy;

namespace Fireball.Ssh;

/// <summary>Makes tunnels by SSH; the seam for another SSH implementation than the system's OpenSSH. Thread-safe.</summary>
public interface ISshConnector
{
    /// <summary>Connects, bootstraps the agent (probe, upload where needed, launch) and prepares the route to it.</summary>
    /// <exception cref="TunnelException">With the phase that failed and ssh's own words.</exception>
    Task<ITunnel> ConnectAsync(SshTarget target, SshConnectOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Connects again to an agent whose connection was lost, within its lease; nothing is uploaded or started.
    /// </summary>
    /// <param name="target">The host, as before.</param>
    /// <param name="agent">What <see cref="ITunnel.Agent"/> of the lost tunnel said.</param>
    /// <param name="options">As before.</param>
    /// <param name="cancellationToken">Abandons the attempt.</param>
    /// <exception cref="TunnelException">As above; phase launch: the agent is gone.</exception>
    /// <exception cref="NotSupportedException">This implementation cannot.</exception>
    Task<ITunnel> ReattachAsync(
        SshTarget target, AgentLaunch agent, SshConnectOptions options, CancellationToken cancellationToken = default) =>
        Task.FromException<ITunnel>(new NotSupportedException("this SSH implementation cannot attach to a running agent"));
}
