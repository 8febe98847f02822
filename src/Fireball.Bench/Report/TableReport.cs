using Fireball.Linux;

namespace Fireball.Bench;

/// <summary>Results on a terminal, or in a file that one reads.</summary>
internal static class TableReport
{
    /// <summary>Writes them.</summary>
    public static void Write(TextWriter output, BenchResults results)
    {
        foreach (string line in Heading(results))
        {
            output.WriteLine(TerminalText.Escape(line));
        }

        output.WriteLine();
        bool isFar = IsFar(results);
        string[] far = isFar ? ["round trips"] : [];
        var table = new TextTable(
            ["", "calls", "rate", "p50", "p90", "p99", "p99.9", "max", .. far, "CPU a call", "agent CPU", "agent RSS", "wire a call", "ratio"]);
        foreach (CaseGroup group in CaseGroup.Of(results))
        {
            table.AddTitle($"{group.Key}");
            foreach (CaseResult one in group.Results)
            {
                AddRow(table, group, one, results.Settings, isFar);
            }
        }

        table.Write(output);
        output.WriteLine();
        if (results.Goals is { } goals)
        {
            GoalReport.Write(output, goals);
            output.WriteLine();
        }

        foreach (string line in Notes(results))
        {
            output.WriteLine(line);
        }
    }

    /// <summary>What was measured, and where: lines.</summary>
    public static IEnumerable<string> Heading(BenchResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        MachineState machine = results.Machine;
        yield return $"fireball bench {results.Host}, {results.Created:yyyy-MM-dd HH:mm:ss}Z, {Settings(results.Settings)}";
        yield return $"machine: {machine.Cores} cores ({machine.Processor}), Linux {machine.Kernel}, load {machine.LoadBefore:0.00}, {machine.Program}";
        yield return $"ssh: {machine.SshClient} to {machine.SshServer}, {machine.Cipher}";
        if (results.State != RunState.Complete)
        {
            yield return $"NOT COMPLETE: {results.Reason}";
        }

        if (machine.LoadBefore > machine.Cores / 2.0)
        {
            yield return $"BUSY MACHINE: the load average was {machine.LoadBefore:0.00} before the run";
        }
    }

    /// <summary>How to read the figures: lines.</summary>
    public static IEnumerable<string> Notes(BenchResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        yield return "rate: calls a second. ratio: what a call costs (time of a round divided by its calls; at a given rate the median "
            + "latency) beside the floor, or beside the first where there is no floor: median of the pairs of rounds, and in brackets an "
            + "interval that covers it with 95 percent.";
        yield return "CPU a call: of fireball-bench, the programs it runs and its ssh. wire a call: bytes of ssh's TCP connections, away and back. "
            + $"Percentiles are within {LatencyHistogram.RelativeError:0.00%} of the true value; at a given rate latencies count from the intended start.";
        if (results.Cases.Any(one => one.AgentRssBytes() is not null))
        {
            yield return "agent CPU, agent RSS: of the agent's processes, a call's processor time without the command it runs, and the most memory. "
                + "From another machine the agent tells of its memory alone.";
        }

        if (results.Cases.Any(one => one.Work == WorkKinds.Idle.Name))
        {
            yield return "idle: a call is a second in which nothing is called; each transport alone, once.";
        }

        if (IsFar(results))
        {
            yield return "round trips: the median latency divided by the time that was added to each round trip.";
        }

        if (results.Cases.Any(one => one.IsNoisy))
        {
            yield return "noisy: the quartiles of the rounds are more than 10 percent of their median apart.";
        }
    }

    /// <summary>"1.18 (1.15 to 1.21)"; "1" for the reference.</summary>
    public static string Ratio(CaseGroup group, CaseResult one)
    {
        ArgumentNullException.ThrowIfNull(group);
        return ReferenceEquals(one, group.Reference) ? "1"
            : group.ToReference(one) is not { } ratio ? ""
            : ratio.Verdict == Verdict.TooFewRounds ? $"{Figures.Ratio(ratio.Ratio)} (too few rounds)"
            : $"{Figures.Ratio(ratio.Ratio)} ({Figures.Ratio(ratio.Low)} to {Figures.Ratio(ratio.High)})";
    }

    /// <summary>How many of the added round trips the median call took: with an RTT far above all other costs, its round trips.</summary>
    /// <returns>"": none were added.</returns>
    public static string RoundTrips(CaseResult one, LatencyHistogram latency, RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(latency);
        ArgumentNullException.ThrowIfNull(settings);
        double added = one.RttMs ?? settings.RttMs;
        return added > 0 ? Figures.Ratio(latency.Percentile(50) / 1e6 / added) : "";
    }

    /// <summary>Time was added to the round trips of some case.</summary>
    public static bool IsFar(BenchResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return results.Settings.RttMs > 0 || results.Cases.Any(one => one.RttMs > 0);
    }

    /// <summary>"208 B + 224 B": away and back; "" : not known.</summary>
    public static string Wire(CaseResult one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return one.WirePerCall() is { } wire ? $"{Figures.Bytes(wire.Sent)} + {Figures.Bytes(wire.Received)}" : "";
    }

    /// <summary>What a call cost the agent; "" : not known.</summary>
    public static string AgentCpu(CaseResult one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return one.AgentCpuPerCall() is { } seconds ? Figures.Time(seconds * 1e9) : "";
    }

    /// <summary>The agent's memory; "" : not known.</summary>
    public static string AgentRss(CaseResult one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return one.AgentRssBytes() is { } bytes ? Figures.Bytes(bytes) : "";
    }

    /// <summary>What is to be said of a result besides its figures; "" : nothing.</summary>
    public static string Remark(CaseResult one)
    {
        ArgumentNullException.ThrowIfNull(one);
        return (one.Problem, one.IsNoisy) switch
        {
            ({ } problem, _) when one.Rounds.Count > 0 => $"after {one.Rounds.Count} rounds: {problem}",
            ({ } problem, _) => problem,
            (_, true) => "noisy",
            _ => "",
        };
    }

    // A preset's parts may differ: what is told is the most of any.
    private static string Settings(RunSettings settings) =>
        (settings.Preset is { } preset ? $"preset {preset}, up to " : "")
        + $"{settings.Rounds} rounds in turn, {settings.SecondsPerCase:0.##} s a case"
        + (settings.RttMs > 0 ? $", {settings.RttMs:0.##} ms added to each round trip" : "");

    private static void AddRow(TextTable table, CaseGroup group, CaseResult one, RunSettings settings, bool isFar)
    {
        string remark = TerminalText.Escape(Remark(one));
        if (one.Rounds.Count == 0)
        {
            table.AddTitle($"  {one.Transport}: {remark}");
            return;
        }

        LatencyHistogram latency = one.MergedLatency();
        double calls = one.Rounds.Sum(round => round.Calls);
        string[] far = isFar ? [RoundTrips(one, latency, settings)] : [];
        table.Add([
            $"  {one.Transport}",
            $"{calls:#,0}",
            Figures.Rate(calls / one.Rounds.Sum(round => round.Seconds)),
            Figures.Time(latency.Percentile(50)),
            Figures.Time(latency.Percentile(90)),
            Figures.Time(latency.Percentile(99)),
            Figures.Time(latency.Percentile(99.9)),
            Figures.Time(latency.Max),
            .. far,
            Figures.Time(one.Rounds.Sum(round => round.ControllerCpuSeconds) / calls * 1e9),
            AgentCpu(one),
            AgentRss(one),
            Wire(one),
            Ratio(group, one),
            remark,
        ]);
    }
}
