namespace Fireball.Bench;

/// <summary>The figures that goals are made of: functions of a run's results. See <see cref="Goal.Figure"/>.</summary>
internal static class GoalFigures
{
    private const double Megabyte = 1e6;

    /// <summary>
    /// What a call costs as a ratio to what it costs elsewhere in the same case: the median of the pairs of rounds. A ratio of
    /// rates is the same with the two exchanged.
    /// </summary>
    public static Func<BenchResults, double> CostRatio(MeasuredCase one, MeasuredCase other) => results =>
    {
        (IReadOnlyList<double> a, IReadOnlyList<double> b) = Pairs(one.In(results), other.In(results));
        return PairedComparison.Of(a, b).Ratio;
    };

    /// <summary>What a call costs more than elsewhere in the same case, ms: the median of the pairs of rounds.</summary>
    public static Func<BenchResults, double> CostDifference(MeasuredCase one, MeasuredCase other) => results =>
    {
        (IReadOnlyList<double> a, IReadOnlyList<double> b) = Pairs(one.In(results), other.In(results));
        return new SortedValues(a.Zip(b, (x, y) => (x - y) * 1e3)).Median;
    };

    /// <summary>The latency that 99 of 100 calls have at most, as a ratio to the median.</summary>
    public static Func<BenchResults, double> Tail(MeasuredCase one) => results =>
    {
        LatencyHistogram latency = one.In(results).MergedLatency();
        return (double)latency.Percentile(99) / latency.Percentile(50);
    };

    /// <summary>How many of the added round trips a call takes: what it costs more than without them.</summary>
    public static Func<BenchResults, double> RoundTrips(MeasuredCase far) => results =>
        (Cost(far.In(results)) - Cost((far with { RttMs = 0 }).In(results))) / (far.RttMs / 1e3);

    /// <summary>Bytes of an agent, MB.</summary>
    public static Func<BenchResults, double> AgentSize(Func<MachineState, long?> bytes) => results =>
        (bytes(results.Machine) ?? throw new NotMeasuredException("there is no agent executable")) / Megabyte;

    /// <summary>The most that was resident of the agent's two processes together, MiB.</summary>
    public static Func<BenchResults, double> AgentMemory(MeasuredCase one) => results =>
    {
        CaseResult found = one.In(results);
        return found.AgentCpuPerCall() is not null && found.AgentRssBytes() is { } bytes
            ? bytes / (double)(1 << 20)
            : throw new NotMeasuredException("the agent's processes are on another machine");
    };

    /// <summary>How much more memory the process that holds the connections has after a call, KiB.</summary>
    public static Func<BenchResults, double> ServerMemory(MeasuredCase one) => results =>
    {
        CaseResult found = one.In(results);
        return found.Rounds.Sum(round => (double?)round.ServerRssGrowthBytes) is { } bytes && found.Rounds.All(round => round.ServerRssGrowthBytes is not null)
            ? bytes / found.Rounds.Sum(round => round.Calls) / (1 << 10)
            : throw new NotMeasuredException("the memory of fireball serve is not known");
    };

    /// <summary>Calls that were made, all of them answered.</summary>
    public static Func<BenchResults, double> Calls(MeasuredCase one) => results => one.In(results).Rounds.Sum(round => round.Calls);

    private static double Cost(CaseResult one) => new SortedValues(one.Costs()).Median;

    private static (IReadOnlyList<double>, IReadOnlyList<double>) Pairs(CaseResult one, CaseResult other)
    {
        int pairs = Math.Min(one.Rounds.Count, other.Rounds.Count);
        return ([.. one.Costs().Take(pairs)], [.. other.Costs().Take(pairs)]);
    }
}
