namespace Fireball.Deploy;

/// <summary>The steps to a connected host, in order; an error names the one that failed.</summary>
public enum ConnectPhase
{
    /// <summary>The host's name has no address.</summary>
    Resolve,

    /// <summary>No TCP connection, or the SSH key exchange failed (host key changed or unknown, no common algorithm).</summary>
    Connect,

    /// <summary>The host accepted none of the credentials.</summary>
    Authenticate,

    /// <summary>The login shell could not run the probe, or the platform is not one there is an agent for.</summary>
    Probe,

    /// <summary>The agent could not be written: no directory, disk full, damaged in transit.</summary>
    Upload,

    /// <summary>The agent was written but did not start.</summary>
    Launch,

    /// <summary>The agent runs but its socket cannot be reached.</summary>
    Forward,

    /// <summary>What answers has not proved to be the agent, or the agent refused us.</summary>
    Handshake,
}
