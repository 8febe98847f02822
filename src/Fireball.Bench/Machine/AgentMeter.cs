namespace Fireball.Bench;

/// <summary>
/// What a session's agent uses from one moment to another: as the kernel counts it where the agent runs on this machine,
/// otherwise only the memory that it tells of.
/// </summary>
internal sealed class AgentMeter
{
    private readonly ITransportSession _session;
    private readonly AgentProcesses? _processes;
    private readonly TimeSpan? _before;

    private AgentMeter(ITransportSession session, AgentProcesses? processes)
    {
        _session = session;
        _processes = processes;
        processes?.ForgetPeak();
        _before = processes?.ProcessorTime();
    }

    /// <summary>From now on. Asks the agent, so it is done outside of what is measured.</summary>
    /// <param name="session">Whose agent.</param>
    /// <param name="isLocal">The host is this machine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<AgentMeter> StartAsync(ITransportSession session, bool isLocal, CancellationToken cancellationToken)
    {
        AgentState? agent = isLocal ? await session.AskAgentAsync(cancellationToken) : null;
        return new AgentMeter(session, agent is null ? null : new AgentProcesses(agent.Pid));
    }

    /// <summary>Until now.</summary>
    public async Task<AgentConsumption> ReadAsync(CancellationToken cancellationToken) =>
        _processes is { } processes ? new AgentConsumption(processes.ProcessorTime() - _before, processes.PeakBytes())
        : await _session.AskAgentAsync(cancellationToken) is { } agent ? new AgentConsumption(null, agent.ResidentBytes)
        : AgentConsumption.Unknown;
}
