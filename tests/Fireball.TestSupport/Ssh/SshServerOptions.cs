namespace Fireball.TestSupport;

/// <summary>How a private sshd differs from the plain one.</summary>
public sealed record SshServerOptions
{
    /// <summary>Lines for sshd_config, before all others: in sshd the first value of a setting holds.</summary>
    public IReadOnlyList<string> Configuration { get; init; } = [];

    /// <summary>Lines for the ssh_config of the clients, before all others.</summary>
    public IReadOnlyList<string> ClientConfiguration { get; init; } = [];

    /// <summary>Who logs in; null: a throw-away user with bash (the current user without root).</summary>
    public LoginUser? User { get; init; }
}
