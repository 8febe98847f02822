using Fireball.Deploy;

namespace Fireball.Ssh;

/// <summary>What a connection needs besides its target.</summary>
public sealed record SshConnectOptions : DeployOptions
{
    /// <summary>Answers what ssh asks (password, passphrase, host key); null: every question fails at once.</summary>
    public IPrompter? Prompter { get; init; }

    /// <summary>
    /// The program that ssh starts to ask (SSH_ASKPASS), which calls <see cref="AskPassClient.RunAsync"/>; a path.
    /// Needed with <see cref="Prompter"/>.
    /// </summary>
    public string? AskPassProgram { get; init; }

    /// <summary>SSH_AUTH_SOCK of ssh; empty: it has none; null: as this process has it.</summary>
    public string? AuthenticationSocket { get; init; }

    /// <summary>The ssh program; a name is looked up in PATH.</summary>
    public string SshProgram { get; init; } = "ssh";

    /// <summary>Use the session channel even where forwarding would work.</summary>
    public bool ForceBridge { get; init; }
}
