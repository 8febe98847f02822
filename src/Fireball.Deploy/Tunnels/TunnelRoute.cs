namespace Fireball.Deploy;

/// <summary>How bytes reach the agent.</summary>
public enum TunnelRoute
{
    /// <summary>A forward from a local Unix-domain socket to the agent's.</summary>
    Forward,

    /// <summary>The standard streams of the SSH session channel, where forwarding is denied.</summary>
    Bridge,
}
