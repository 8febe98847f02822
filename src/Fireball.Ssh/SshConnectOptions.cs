namespace Fireball.Ssh;

/// <summary>What a connection needs besides its target.</summary>
public sealed record SshConnectOptions
{
    /// <summary>The agent to use: the executable for linux-x64 on this machine.</summary>
    public required AgentImage Agent { get; init; }

    /// <summary>Answers what ssh asks (password, passphrase, host key); null: every question fails at once.</summary>
    public ISshPrompter? Prompter { get; init; }

    /// <summary>
    /// The program that ssh starts to ask (SSH_ASKPASS), which calls <see cref="AskPassClient.RunAsync"/>; a path.
    /// Needed with <see cref="Prompter"/>.
    /// </summary>
    public string? AskPassProgram { get; init; }

    /// <summary>SSH_AUTH_SOCK of ssh; empty: it has none; null: as this process has it.</summary>
    public string? AuthenticationSocket { get; init; }

    /// <summary>Told what is happening, one line each ("uploading agent, 1.7 MB").</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>The ssh program; a name is looked up in PATH.</summary>
    public string SshProgram { get; init; } = "ssh";

    /// <summary>The agent's lease; see LaunchRequest.lease_ms.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The agent's idle limit; see LaunchRequest.idle_ms.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long nothing may happen while connecting (no line of ssh or of the bootstrap, no progress of the upload);
    /// the time a person takes to answer a question does not count. A login that takes longer is taken for stuck.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Use the session channel even where forwarding would work.</summary>
    public bool ForceBridge { get; init; }
}
