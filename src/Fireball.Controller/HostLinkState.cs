namespace Fireball.Controller;

/// <summary>What is known of a link to a host.</summary>
public enum HostLinkState
{
    /// <summary>Never connected.</summary>
    None,

    /// <summary>Being connected, or connected again.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Connected,

    /// <summary>It was connected; the next call connects it again.</summary>
    Lost,
}
