namespace Fireball.Bench;

/// <summary>The host is not there any more; the message says how that was seen.</summary>
internal sealed class HostLostException(string message) : Exception(message);
