namespace Fireball.Deploy;

/// <summary>A launched agent.</summary>
/// <param name="Version">Its version, as "0.1.0".</param>
/// <param name="Pid">Its process id on the target.</param>
/// <param name="Secret">What both ends of a connection prove to hold: 64 lower-case hexadecimal digits. Never logged or stored.</param>
/// <param name="Uploaded">It was uploaded for this launch; false where it was there already.</param>
/// <param name="ExecutablePath">Where it lies on the target.</param>
public sealed record AgentLaunch(string Version, int Pid, string Secret, bool Uploaded, string ExecutablePath)
{
    /// <summary>Its socket on the target; empty: it has none.</summary>
    public string SocketPath { get; init; } = "";

    /// <summary>Leaves the secret out.</summary>
    public override string ToString() => $"fireball-agent {Version}, pid {Pid}, {ExecutablePath}";
}
