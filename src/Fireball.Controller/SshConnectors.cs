using Fireball.Ssh;
using Fireball.Ssh.SshNet;

namespace Fireball.Controller;

/// <summary>Who makes the SSH sessions, by name.</summary>
public static class SshConnectors
{
    /// <summary>The system's OpenSSH; the default.</summary>
    public const string OpenSshName = "openssh";

    /// <summary>SSH.NET, in this process; in builds with -p:UseSshNet=true.</summary>
    public const string SshNetName = "sshnet";

    /// <summary>The names of all that this build has.</summary>
    public static IReadOnlyList<string> Names { get; } = SshNetConnector.IsBuilt ? [OpenSshName, SshNetName] : [OpenSshName];

    /// <summary>The connector of this name; empty: the default.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists what there is.</exception>
    public static ISshConnector Parse(string name) => name switch
    {
        "" or OpenSshName => DefaultConnector.Instance,
        SshNetName when SshNetConnector.IsBuilt => new SshNetConnector(),
        _ => throw new ArgumentException(Unknown(name), nameof(name)),
    };

    /// <summary>One line that says that this is none, or none of this build, and lists what there is.</summary>
    public static string Unknown(string name) => name == SshNetName
        ? $"{name}: this build is without SSH.NET; build it with -p:UseSshNet=true"
        : $"{name}: no such SSH implementation; there is {string.Join(" and ", Names)}";
}
