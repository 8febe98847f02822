namespace Fireball.Bench.Tests;

/// <summary>Made-up results, the same each time.</summary>
internal static class SampleResults
{
    private static readonly (string Name, double Factor)[] Transports = [("zmq", 1.2), ("grpc", 1.6), ("ssh", 9), ("floor", 1)];

    /// <summary>A run of three works; every cost times <paramref name="factor"/>.</summary>
    public static BenchResults Make(double factor = 1, int rounds = 6, int seed = 1)
    {
        var random = new Random(seed);
        var cases = new List<CaseResult>();
        foreach ((string work, long? size, double? rate) in ((string, long?, double?)[])
            [("echo", 64, null), ("echo", 4096, null), ("echo", 65536, null), ("echo", 64, 500), ("exec", null, null)])
        {
            foreach ((string name, double transport) in Transports)
            {
                cases.Add(new CaseResult
                {
                    Transport = name,
                    Work = work,
                    Size = size,
                    Concurrency = 1,
                    Rate = rate,
                    Rounds = [.. Enumerable.Range(0, rounds).Select(_ => Round(
                        random, factor * transport * (200_000 + ((size ?? 0) * 3))))],
                });
            }
        }

        return new BenchResults
        {
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Host = "web1",
            State = RunState.Complete,
            Machine = new MachineState
            {
                Cores = 2,
                Processor = "a processor",
                Kernel = "6.1.0",
                LoadBefore = 0.1,
                SshClient = "OpenSSH_9.2p1",
                SshServer = "OpenSSH_9.2p1",
                Cipher = "aes128-gcm@openssh.com",
                AgentBytes = 4_500_000,
                AgentSentBytes = 2_100_000,
                Program = "fireball-bench 0.1.0",
            },
            Settings = new RunSettings { Rounds = rounds, SecondsPerCase = 1.2, RttMs = 0 },
            Cases = cases,
        };
    }

    /// <summary>The same with what came of three goals: one of each kind.</summary>
    public static BenchResults WithGoals() => Make() with
    {
        Goals =
        [
            new GoalResult { Name = "exec: zmq / floor", Relation = GoalRelation.AtMost, Limit = 1.15, Unit = "", State = GoalState.Met, Value = 1.1 },
            new GoalResult { Name = "agent: sent", Relation = GoalRelation.AtMost, Limit = 2, Unit = "MB", State = GoalState.Short, Value = 2.1 },
            new GoalResult
            {
                Name = "put: rate", Relation = GoalRelation.AtLeast, Limit = 0.95, Unit = "", State = GoalState.NotMeasured, Problem = "it did not work",
            },
        ],
    };

    private static RoundResult Round(Random random, double nanoseconds)
    {
        var latency = new LatencyHistogram();
        for (int i = 0; i < 1000; i++)
        {
            latency.Record((long)(nanoseconds * (1 + (0.02 / (random.NextDouble() + 0.005)))));
        }

        return new RoundResult
        {
            Seconds = latency.Sum / 1e9,
            Calls = latency.Count,
            ControllerCpuSeconds = latency.Sum / 3e9,
            AllocatedBytes = 1000 * latency.Count,
            AgentCpuSeconds = latency.Sum / 4e9,
            AgentRssBytes = 40 << 20,
            WireSentBytes = 200 * latency.Count,
            WireReceivedBytes = 300 * latency.Count,
            Latency = HistogramRecord.From(latency),
        };
    }
}
