using static Fireball.Bench.GoalFigures;
using By = Fireball.Bench.TransportList;

namespace Fireball.Bench;

/// <summary>
/// What Fireball exists for, beside what else a person could use, and the goals it was designed to.
/// </summary>
internal static class CorePreset
{
    private const long Big = 512L << 20;
    private const long Flow = 10L << 30;
    private const int Many = 32;
    private const int Clients = 200;
    private const double FarMs = 50;

    // Long enough that rounds of half a second hold many short calls, or one or two long ones.
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(3);

    // Some forty connections.
    private static readonly TimeSpan Opening = TimeSpan.FromSeconds(10);

    public static readonly Preset Preset = new(
        "core",
        "what Fireball exists for beside what else there is, and its goals",
        [
            new BenchPlan { Transports = [By.Zmq, By.Grpc, By.Command, By.Serve, By.Ssh, By.RawForward], Cases = [Case(WorkKinds.Exec)], Time = Usual },
            new BenchPlan { Transports = [By.Zmq, By.Spawn], Cases = [Case(WorkKinds.Exec, concurrency: Many)], Time = Usual },
            new BenchPlan { Transports = [By.Zmq, By.Ssh], Cases = [Case(WorkKinds.Put, Big), Case(WorkKinds.Get, Big)], Time = Usual },
            new BenchPlan { Transports = [By.Zmq, By.Rsync, By.Spawn], Cases = [Case(WorkKinds.PutTree), Case(WorkKinds.PutSmall)], Time = Usual },
            new BenchPlan { Transports = [By.Zmq, By.Command, By.Ssh], Cases = [Case(WorkKinds.Connect)], Time = Usual },
            new BenchPlan { Transports = [By.Zmq], Cases = [Case(WorkKinds.ConnectNew), Case(WorkKinds.Idle)], Time = Usual },

            // Once, and the first one counts: it takes as long as all the rest of its part.
            new BenchPlan { Transports = [By.Zmq], Cases = [Case(WorkKinds.Output, Flow)], Rounds = 1, WarmsUp = false },
            new BenchPlan { Transports = [By.Serve], Cases = [Case(WorkKinds.Exec, concurrency: Clients)], Time = Usual },
            new BenchPlan { Transports = [By.Serve], Cases = [Case(WorkKinds.OpenHost, concurrency: 4)], Rounds = 1, Time = Opening },
            new BenchPlan
            {
                Transports = [By.Zmq, By.Ssh], Cases = [Case(WorkKinds.Exec), Case(WorkKinds.PutSmall)], Time = Usual, RoundTrip = TimeSpan.FromMilliseconds(FarMs),
            },
        ],
        [
            Goal.AtMost(1.15, "", "exec: zmq / floor", CostRatio(new(By.Zmq, WorkKinds.Exec), new(By.RawForward, WorkKinds.Exec))),
            Goal.AtMost(2, "", "exec: zmq, 99 of 100 / median", Tail(new(By.Zmq, WorkKinds.Exec))),
            Goal.AtMost(0.5, "", "exec: command / ssh over a ControlMaster", CostRatio(new(By.Command, WorkKinds.Exec), new(By.Ssh, WorkKinds.Exec))),
            Goal.AtMost(0.3, "ms", "exec: serve, more than zmq", CostDifference(new(By.Serve, WorkKinds.Exec), new(By.Zmq, WorkKinds.Exec))),
            Goal.AtLeast(
                0.85, "", $"exec, {Many} in flight: zmq / spawn, rate",
                CostRatio(new(By.Spawn, WorkKinds.Exec, Concurrency: Many), new(By.Zmq, WorkKinds.Exec, Concurrency: Many))),
            Goal.AtLeast(0.95, "", "put of 512 MiB: zmq / ssh, rate", CostRatio(new(By.Ssh, WorkKinds.Put, Big), new(By.Zmq, WorkKinds.Put, Big))),
            Goal.AtLeast(0.95, "", "get of 512 MiB: zmq / ssh, rate", CostRatio(new(By.Ssh, WorkKinds.Get, Big), new(By.Zmq, WorkKinds.Get, Big))),
            Goal.AtLeast(1.1, "", "put-tree: zmq / rsync, rate", CostRatio(new(By.Rsync, WorkKinds.PutTree), new(By.Zmq, WorkKinds.PutTree))),
            Goal.AtLeast(0.9, "", "put-tree: zmq / local cp -r, rate", CostRatio(new(By.Spawn, WorkKinds.PutTree), new(By.Zmq, WorkKinds.PutTree))),
            Goal.AtMost(1.5, "", "connect, agent there: command / ssh", CostRatio(new(By.Command, WorkKinds.Connect), new(By.Ssh, WorkKinds.Connect))),
            Goal.AtMost(5, "MB", "agent: executable", AgentSize(machine => machine.AgentBytes)),
            Goal.AtMost(2, "MB", "agent: sent, compressed", AgentSize(machine => machine.AgentSentBytes)),
            Goal.AtMost(20, "MiB", "agent: resident while idle, both processes", AgentMemory(new(By.Zmq, WorkKinds.Idle))),
            Goal.AtMost(64, "MiB", "agent: resident while 10 GiB of output flow", AgentMemory(new(By.Zmq, WorkKinds.Output, Flow))),
            Goal.AtMost(300, "KiB", "serve: resident for each open host", ServerMemory(new(By.Serve, WorkKinds.OpenHost, Concurrency: 4))),
            Goal.AtLeast(10 * Clients, "execs", $"serve: {Clients} clients, all answered", Calls(new(By.Serve, WorkKinds.Exec, Concurrency: Clients))),
            Goal.AtMost(1.1, "RTT", "exec: zmq, round trips", RoundTrips(new(By.Zmq, WorkKinds.Exec, RttMs: FarMs))),
            Goal.AtMost(10, "RTT", "put of 1,000 small files: zmq, round trips", RoundTrips(new(By.Zmq, WorkKinds.PutSmall, RttMs: FarMs))),
        ]);

    private static WorkCase Case(WorkKind kind, long size = 0, int concurrency = 1) => new(kind, size, concurrency, null);
}
