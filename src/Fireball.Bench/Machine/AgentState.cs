namespace Fireball.Bench;

/// <summary>What an agent tells about itself.</summary>
/// <param name="Pid">Its working process, on its host.</param>
/// <param name="ResidentBytes">Memory of that process now.</param>
internal sealed record AgentState(int Pid, long ResidentBytes);
