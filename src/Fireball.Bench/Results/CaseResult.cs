using System.Text.Json.Serialization;

namespace Fireball.Bench;

/// <summary>One transport doing one work under one load.</summary>
internal sealed record CaseResult
{
    // Quartiles of the rounds further apart than a tenth of the median: differences of the size people ask about drown.
    private const double NoisySpread = 0.1;

    [JsonRequired]
    public required string Transport { get; init; }

    [JsonRequired]
    public required string Work { get; init; }

    /// <summary>Bytes a call moves; null where the work has no size.</summary>
    public long? Size { get; init; }

    /// <summary>Calls in flight, closed loop; with <see cref="Rate"/>: the most that may be.</summary>
    [JsonRequired]
    public required int Concurrency { get; init; }

    /// <summary>Calls intended a second, open loop; null: closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>Time added to each round trip, where it is another than the run's.</summary>
    public double? RttMs { get; init; }

    /// <summary>Why there are no rounds, or fewer than asked for; null: all are there.</summary>
    public string? Problem { get; init; }

    [JsonRequired]
    public required IReadOnlyList<RoundResult> Rounds { get; init; }

    /// <summary>What is compared: two results with the same key measured the same.</summary>
    [JsonIgnore]
    public CaseKey Key => new(Work, Size, Concurrency, Rate, RttMs);

    /// <summary>The rounds differ so much that small differences mean nothing.</summary>
    [JsonIgnore]
    public bool IsNoisy => Rounds.Count > 1 && new SortedValues(Costs()).Spread > NoisySpread;

    /// <summary>
    /// What a call cost in each round, seconds: the time of the round divided by its calls; under open loop, where the rate
    /// is given, the median latency.
    /// </summary>
    public IReadOnlyList<double> Costs() =>
        [.. Rounds.Select(round => Rate is null ? round.Seconds / round.Calls : round.Latency.P50Us / 1e6)];

    /// <summary>Bytes on the wire of one call, away and back, of all rounds together; null: not known.</summary>
    public (double Sent, double Received)? WirePerCall()
    {
        RoundResult[] known = [.. Rounds.Where(round => round is { WireSentBytes: not null, WireReceivedBytes: not null })];
        double calls = known.Sum(round => round.Calls);
        return calls == 0
            ? null
            : (known.Sum(round => (double)round.WireSentBytes!) / calls, known.Sum(round => (double)round.WireReceivedBytes!) / calls);
    }

    /// <summary>Processor time of the agent for one call, seconds; null: not known, or there is no agent.</summary>
    public double? AgentCpuPerCall()
    {
        RoundResult[] known = [.. Rounds.Where(round => round.AgentCpuSeconds is not null)];
        return known.Length == 0 ? null : known.Sum(round => round.AgentCpuSeconds) / known.Sum(round => round.Calls);
    }

    /// <summary>The most memory of the agent in any round, bytes; null: not known, or there is no agent.</summary>
    public long? AgentRssBytes() => Rounds.Max(round => round.AgentRssBytes);

    /// <summary>All rounds' latencies together.</summary>
    /// <exception cref="FormatException">A histogram cannot be read.</exception>
    public LatencyHistogram MergedLatency()
    {
        var merged = new LatencyHistogram();
        foreach (RoundResult round in Rounds)
        {
            merged.Add(round.Latency.ToHistogram());
        }

        return merged;
    }
}
