namespace Fireball.Ssh;

/// <summary>Makes SSH sessions; the seam for another SSH implementation than the system's OpenSSH. Thread-safe.</summary>
public interface ISshConnector
{
    /// <summary>Connects, bootstraps the agent (probe, upload where needed, launch) and prepares the route to it.</summary>
    /// <exception cref="SshException">With the phase that failed and ssh's own words.</exception>
    Task<ISshSession> ConnectAsync(SshTarget target, SshConnectOptions options, CancellationToken cancellationToken = default);
}
