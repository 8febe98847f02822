namespace Fireball.Bench;

/// <summary>What an agent has used.</summary>
/// <param name="Processor">Processor time of its two processes, without the commands it runs; null: not known.</param>
/// <param name="ResidentBytes">Memory: the most of both processes, or what the working one told; null: not known.</param>
internal sealed record AgentConsumption(TimeSpan? Processor, long? ResidentBytes)
{
    /// <summary>Of no agent, or one that cannot be seen.</summary>
    public static readonly AgentConsumption Unknown = new(null, null);
}
