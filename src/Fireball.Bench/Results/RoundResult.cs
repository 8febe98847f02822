using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>One round: calls made one after the other, or so many at a time, for some while.</summary>
internal sealed record RoundResult
{
    /// <summary>From the first call's start to the last one's end.</summary>
    [JsonRequired]
    public required double Seconds { get; init; }

    /// <summary>Calls that were made, all successful; at least 1.</summary>
    [JsonRequired]
    public required long Calls { get; init; }

    /// <summary>Processor time of this process and of the programs it ran and waited for.</summary>
    [JsonRequired]
    public required double ControllerCpuSeconds { get; init; }

    /// <summary>What this process allocated on the managed heap.</summary>
    [JsonRequired]
    public required long AllocatedBytes { get; init; }

    /// <summary>Processor time of the agent, without that of the commands it ran; null: not known, or there is no agent.</summary>
    public double? AgentCpuSeconds { get; init; }

    /// <summary>
    /// Memory of the agent: on this machine the most that was resident in the round, otherwise what it told after it; null:
    /// not known, or there is no agent.
    /// </summary>
    public long? AgentRssBytes { get; init; }

    /// <summary>
    /// How much more memory of the process that holds the connection was resident after the round than before it; null: this
    /// process holds it.
    /// </summary>
    public long? ServerRssGrowthBytes { get; init; }

    /// <summary>Bytes that ssh sent to the host, as its TCP connections count them; null: not known.</summary>
    public long? WireSentBytes { get; init; }

    /// <summary>Bytes that came from the host; null: not known.</summary>
    public long? WireReceivedBytes { get; init; }

    [JsonRequired]
    public required HistogramRecord Latency { get; init; }
}
