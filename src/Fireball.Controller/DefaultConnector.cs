using Fireball.Ssh;

namespace Fireball.Controller;

/// <summary>The connector that is used where none is given: the system's OpenSSH.</summary>
internal static class DefaultConnector
{
    public static ISshConnector Instance { get; } = new OpenSshConnector();
}
