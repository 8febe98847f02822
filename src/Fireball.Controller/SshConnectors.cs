using Fireball.Ssh;
using Fireball.V1;

namespace Fireball.Controller;

/// <summary>Kinds of tunnel: who makes them.</summary>
public static class SshConnectors
{
    /// <summary>The system's OpenSSH.</summary>
    public static ISshConnector Default { get; } = new OpenSshConnector();

    /// <summary>By name; the system's OpenSSH is the default.</summary>
    public static NamedChoices<ISshConnector> All { get; } =
        new("SSH implementation", KeyValuePair.Create(ConnectionNames.OpenSsh, Default));
}
