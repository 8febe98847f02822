namespace Fireball.Controller;

/// <summary>A call came when its one connection took none any more: nothing of it was sent.</summary>
internal sealed class ConnectionUsedUpException() : IOException("the agent's connection has ended");
