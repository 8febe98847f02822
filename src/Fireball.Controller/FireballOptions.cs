using Fireball.Deploy;
using Fireball.Ssh;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fireball.Controller;

/// <summary>How hosts are connected. What is not set is what a person at a shell would get.</summary>
public sealed record FireballOptions
{
    /// <summary>Options for ssh before the destination, in order, such as "-F", "FILE", "-o", "OPTION".</summary>
    public IReadOnlyList<string> SshArguments { get; init; } = [];

    /// <summary>What calls travel in; decides which agent is sent.</summary>
    public AgentTransport Transport { get; init; } = AgentTransport.Zmq;

    /// <summary>
    /// The directory of agents on this machine: in it, linux-x64/fireball-agent and its like for each
    /// <see cref="AgentPlatform"/> and <see cref="Transport"/>. Null: as <see cref="AgentImageFinder"/> finds it.
    /// </summary>
    public string? AgentDirectory { get; init; }

    /// <summary>Answers what ssh asks; null: every question fails at once.</summary>
    public IPrompter? Prompter { get; init; }

    /// <summary>
    /// The program that ssh starts to ask, which calls <see cref="AskPassClient.RunAsync"/>; needed with
    /// <see cref="Prompter"/>.
    /// </summary>
    public string? AskPassProgram { get; init; }

    /// <summary>SSH_AUTH_SOCK of ssh; empty: it has none; null: as this process has it.</summary>
    public string? AuthenticationSocket { get; init; }

    /// <summary>Told what is happening while connecting, one line each.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Makes the SSH sessions; null: the system's OpenSSH.</summary>
    public ISshConnector? Connector { get; init; }

    /// <summary>
    /// How often connecting is tried where the host refused, was not reached or hung up; never after a question was
    /// asked. At least 1.
    /// </summary>
    public int ConnectAttempts { get; init; } = 2;

    /// <summary>Wait before the second attempt to connect; doubles with each.</summary>
    public TimeSpan ConnectRetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the agent outlives its owner.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the agent stays with an owner but without a call.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Use the session channel even where forwarding would work.</summary>
    public bool ForceBridge { get; init; }

    /// <summary>Told when a host was connected, when a connection has ended and why, and what is tried again: level information.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clock of retries.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
