namespace Fireball.V1;

/// <summary>The metadata entries that a serving process reads and writes besides what calls carry themselves.</summary>
public static class ServeMetadata
{
    /// <summary>Of a relayed call of fireball.v1.AgentService: which connection it is for; see <see cref="HostKey"/>.</summary>
    public const string Host = "fireball-host";

    /// <summary>Trailer: the step of connecting that failed, "resolve" to "handshake" (controller.proto).</summary>
    public const string Phase = "fireball-phase";

    /// <summary>Trailer: "unknown" where the connection was lost while a command ran or a file was written.</summary>
    public const string Outcome = "fireball-outcome";

    /// <summary>Trailer of a call that was for a host which is not connected; nothing was sent anywhere.</summary>
    public const string NotConnected = "fireball-not-connected";

    /// <summary>Trailer of a failed relayed call: its agent, by its socket; absent where it has none.</summary>
    public const string Agent = "fireball-agent";
}
