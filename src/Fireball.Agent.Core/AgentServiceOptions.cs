using Fireball.Linux;
using Google.Protobuf;

namespace Fireball.Agent.Core;

/// <summary>What an <see cref="AgentCalls"/> works with.</summary>
public sealed record AgentServiceOptions
{
    /// <summary>Starts and reaps the commands.</summary>
    public required ProcessTable Processes { get; init; }

    /// <summary>The login user's environment, which every command gets with its own changes.</summary>
    public required EnvironmentBlock Environment { get; init; }

    /// <summary>Answers the file calls.</summary>
    public required FileService Files { get; init; }

    /// <summary>The agent's version, "0.1.0".</summary>
    public required string Version { get; init; }

    /// <summary>The agent's socket, by which an owner who comes back knows it again; empty: it has none.</summary>
    public ByteString Socket { get; init; } = ByteString.Empty;

    /// <summary>
    /// Told when a Shutdown was asked for and everything is killed: the host lets the answer out and ends the process.
    /// True: the executable is to be removed too.
    /// </summary>
    public Action<bool>? ShutdownRequested { get; init; }

    /// <summary>How long after SIGTERM comes SIGKILL.</summary>
    public TimeSpan TerminationGrace { get; init; } = ChildProcess.TerminationGrace;

    /// <summary>The clock of time-outs and outcomes.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
