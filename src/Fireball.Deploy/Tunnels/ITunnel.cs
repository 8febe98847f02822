namespace Fireball.Deploy;

/// <summary>
/// One host over one SSH connection with an agent running on it: bootstrapped, reachable, and kept alive by this
/// object. It carries bytes; what they mean is for the layers above.
/// </summary>
public interface ITunnel : IAsyncDisposable
{
    /// <summary>What the agent said of itself at launch, and the secret that it shares with us.</summary>
    AgentLaunch Agent { get; }

    /// <summary>How the agent is reached.</summary>
    TunnelRoute Route { get; }

    /// <summary>Why <see cref="TunnelRoute.Bridge"/> was taken, one line; null with <see cref="TunnelRoute.Forward"/>.</summary>
    string? RouteReason { get; }

    /// <summary>Completes, never faulted, when the SSH connection has ended; the result is why, in one line.</summary>
    Task<string> Ended { get; }

    /// <summary>
    /// Opens a byte stream to the agent: a connection of its own through the forward, or the session channel itself,
    /// which can be had once.
    /// </summary>
    /// <exception cref="TunnelException">Phase forward: the agent's socket cannot be reached.</exception>
    ValueTask<Stream> OpenStreamAsync(CancellationToken cancellationToken = default);
}
