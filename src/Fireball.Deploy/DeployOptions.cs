namespace Fireball.Deploy;

/// <summary>How an agent is brought onto a host.</summary>
public record DeployOptions
{
    /// <summary>The agents to choose from, by what the host is.</summary>
    public required AgentImages Agents { get; init; }

    /// <summary>Told what is happening, one line each ("uploading agent, 1.7 MB").</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>The agent's lease; see LaunchRequest.lease.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The agent's idle limit; see LaunchRequest.idle_limit.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long nothing may happen while connecting (no line of ssh or of the bootstrap, no progress of the upload);
    /// the time a person takes to answer a question does not count. A login that takes longer is taken for stuck.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long connecting may take in all, whatever happens meanwhile: a host that keeps saying something is not waited for
    /// for ever. The time a person takes to answer does not count, nor that of the upload, each piece of which has
    /// <see cref="Patience"/>.
    /// </summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);
}
