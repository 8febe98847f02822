namespace Fireball.Bench;

/// <summary>One transport in one case: its operation, its rounds, and why there are no more.</summary>
/// <param name="transport">Its name.</param>
/// <param name="work">The case.</param>
internal sealed class Contestant(string transport, WorkCase work)
{
    private readonly List<RoundResult> _rounds = [];

    public string Transport => transport;

    /// <summary>Where it is called; null: not prepared.</summary>
    public ITransportSession? Session { get; set; }

    /// <summary>What is called; null: not prepared, or given up.</summary>
    public IOperation? Operation { get; set; }

    /// <summary>Why it takes no part, or no more.</summary>
    public string? Problem { get; set; }

    /// <summary>Makes calls that do not count.</summary>
    public Task WarmUpAsync(ILoad load, TimeSpan time, CancellationToken cancellationToken) =>
        load.RunAsync(Operation!, time, cancellationToken);

    /// <summary>Makes a round of calls.</summary>
    public async Task MeasureAsync(
        ILoad load, TimeSpan time, BenchHost host, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Connects make connections of their own, to agents of their own.
        bool isOneConnection = work.Kind != WorkKinds.Connect && work.Kind != WorkKinds.ConnectNew && work.Kind != WorkKinds.OpenHost;
        AgentMeter? agentMeter = isOneConnection ? await AgentMeter.StartAsync(Session!, host.IsLocal, cancellationToken) : null;
        int? server = Session!.ServingProcessId;
        long? serverMemory = server is { } before ? ProcessStatus.ResidentBytes(before) : null;
        var meter = new Meter(host.Programs, server, Session.SharesMaster ? null : host.MasterProcessId, Session.HasOwnSsh);
        long start = clock.GetTimestamp();
        LatencyHistogram latency = await load.RunAsync(Operation!, time, cancellationToken);
        TimeSpan elapsed = clock.GetElapsedTime(start);
        Consumption used = meter.Read();
        AgentConsumption agent = agentMeter is null ? AgentConsumption.Unknown : await agentMeter.ReadAsync(cancellationToken);
        _rounds.Add(new RoundResult
        {
            Seconds = elapsed.TotalSeconds,
            Calls = latency.Count,
            ControllerCpuSeconds = used.Processor.TotalSeconds,
            AllocatedBytes = used.Allocated,
            AgentCpuSeconds = agent.Processor?.TotalSeconds,
            AgentRssBytes = agent.ResidentBytes,
            ServerRssGrowthBytes = server is { } after ? ProcessStatus.ResidentBytes(after) - serverMemory : null,
            WireSentBytes = isOneConnection ? used.Wire?.Sent : null,
            WireReceivedBytes = isOneConnection ? used.Wire?.Received : null,
            Latency = HistogramRecord.From(latency),
        });
    }

    /// <summary>What came of it.</summary>
    public CaseResult ToResult() => new()
    {
        Transport = transport,
        Work = work.Kind.Name,
        Size = work.Key.Size,
        Concurrency = work.Concurrency,
        Rate = work.Rate,
        Problem = Problem,
        Rounds = [.. _rounds],
    };
}
