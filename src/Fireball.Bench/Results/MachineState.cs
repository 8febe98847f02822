using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>Where it was measured. What is not known is "".</summary>
internal sealed record MachineState
{
    [JsonRequired]
    public required int Cores { get; init; }

    /// <summary>The processor's name.</summary>
    [JsonRequired]
    public required string Processor { get; init; }

    [JsonRequired]
    public required string Kernel { get; init; }

    /// <summary>Load average of the last minute before the run.</summary>
    [JsonRequired]
    public required double LoadBefore { get; init; }

    /// <summary>ssh -V.</summary>
    [JsonRequired]
    public required string SshClient { get; init; }

    /// <summary>What the server's sshd calls itself.</summary>
    [JsonRequired]
    public required string SshServer { get; init; }

    /// <summary>The cipher that the host's connections use.</summary>
    [JsonRequired]
    public required string Cipher { get; init; }

    /// <summary>Bytes of the agent's executable, the one for ZMTP; null: there is none on this machine.</summary>
    public long? AgentBytes { get; init; }

    /// <summary>Bytes of it as it is sent, compressed.</summary>
    public long? AgentSentBytes { get; init; }

    /// <summary>This program's version and runtime.</summary>
    [JsonRequired]
    public required string Program { get; init; }
}
