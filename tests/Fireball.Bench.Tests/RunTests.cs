using System.Globalization;
using Fireball.Bench.Results;
using Fireball.Bench.Run;
using Fireball.Bench.Transports;
using Fireball.Bench.Work;
using Fireball.TestSupport;

namespace Fireball.Bench.Tests;

/// <summary>Runs on a private sshd that a test can end: with ssh alone, which needs no agent.</summary>
public sealed class RunTests
{
    [RequiresFact("ssh", "sshd")]
    public async Task A_host_that_dies_ends_the_run_and_what_was_finished_is_told()
    {
        await using SshServer server = await SshServer.StartAsync();
        BenchResults results = await RunAsync(
            server,
            progress =>
            {
                if (progress is { Case: 2, Round: 2 })
                {
                    KillTree(server.ProcessId);
                }
            },
            CancellationToken.None);

        Assert.Equal(RunState.HostLost, results.State);
        Assert.StartsWith("t does not answer any more (ssh: ", results.Reason, StringComparison.Ordinal);
        Assert.Equal(["exec", "output"], results.Cases.Select(one => one.Work));
        Assert.Equal([3, 1], results.Cases.Select(one => one.Rounds.Count));
        Assert.Equal([null, results.Reason], results.Cases.Select(one => one.Problem));
    }

    [RequiresFact("ssh", "sshd")]
    public async Task An_interrupted_run_keeps_what_was_finished()
    {
        await using SshServer server = await SshServer.StartAsync();
        using var stop = new CancellationTokenSource();
        BenchResults results = await RunAsync(
            server,
            progress =>
            {
                if (progress is { Case: 2, Round: 3 })
                {
                    stop.Cancel();
                }
            },
            stop.Token);

        Assert.Equal((RunState.Interrupted, "interrupted"), (results.State, results.Reason));
        Assert.Equal([3, 2], results.Cases.Select(one => one.Rounds.Count));
    }

    [RequiresFact("ssh", "sshd", "rsync")]
    public async Task What_one_transport_cannot_do_is_its_problem_alone_and_nothing_stays_on_the_host()
    {
        await using SshServer server = await SshServer.StartAsync(new SshServerOptions { Configuration = ["AllowStreamLocalForwarding no"] });
        BenchPlan plan = Plan() with
        {
            // The floor needs what this sshd denies.
            Transports = [new SshTransport(), new RsyncTransport(), new FloorTransport()],
            Cases = BenchPlan.MakeCases([Works.Put, Works.Get], [4096], [2], null),
        };
        string left = "";
        BenchResults results;
        await using (BenchHost host = await ConnectAsync(server))
        {
            left = host.RemoteDirectory;
            Assert.True(Directory.Exists(left));
            await using var runner = new BenchRunner(plan, host, null, TimeProvider.System);
            results = await runner.RunAsync("t", CancellationToken.None);
        }

        Assert.Equal(RunState.Complete, results.State);
        Assert.All(results.Cases, one => Assert.Equal(one.Transport == "floor", one.Problem is not null));
        Assert.All(results.Cases, one => Assert.Equal(one.Transport == "floor" ? 0 : 3, one.Rounds.Count));
        Assert.False(Directory.Exists(left));
    }

    [RequiresFact("ssh", "sshd", "sftp", "rsync", "tar", "diff")]
    public async Task A_tree_arrives_whole_by_each_reference_also_over_the_last_one()
    {
        await using SshServer server = await SshServer.StartAsync();
        BenchPlan plan = Plan() with
        {
            Transports = [new SshTransport(), new SftpTransport(), new RsyncTransport()],
            Cases = BenchPlan.MakeCases([Works.PutTree, Works.GetTree], null, null, null),
            Rounds = 1,
        };
        await using BenchHost host = await ConnectAsync(server);
        await using var runner = new BenchRunner(plan, host, null, TimeProvider.System);
        BenchResults results = await runner.RunAsync("t", CancellationToken.None);

        Assert.All(results.Cases, one => Assert.Null(one.Problem));
        Assert.Equal(FileTree.Files, Directory.GetFiles(host.LocalTree(), "*", SearchOption.AllDirectories).Length);
        foreach (string name in plan.Transports.Select(transport => transport.Name))
        {
            await Command.CheckAsync("diff", "-r", host.LocalTree(), $"{host.RemoteDirectory}/put-tree-{name}-0");
            await Command.CheckAsync("diff", "-r", host.LocalTree(), host.LocalTreeTarget(name, 0));
        }
    }

    [RequiresFact("ssh", "sshd")]
    public async Task Added_round_trip_time_is_in_every_call()
    {
        await using SshServer server = await SshServer.StartAsync();
        var trip = TimeSpan.FromMilliseconds(40);
        await using BenchHost host = await BenchHost.ConnectAsync(Choice(server) with { RoundTrip = trip }, CancellationToken.None);
        BenchPlan plan = Plan() with { Cases = BenchPlan.MakeCases([Works.Echo], [64], [1], null), RoundTrip = trip };
        await using var runner = new BenchRunner(plan, host, null, TimeProvider.System);
        BenchResults results = await runner.RunAsync("t", CancellationToken.None);

        Assert.True(results.Cases.Single().MergedLatency().Min >= trip.TotalNanoseconds);
        Assert.Equal(40, results.Settings.RttMs);
    }

    [Fact]
    public void The_standard_set_has_every_work_and_asked_for_sets_are_crossed()
    {
        Assert.Equal(Works.All, BenchPlan.MakeCases(null, null, null, null).Select(one => one.Kind).Distinct());
        IEnumerable<string> crossed = BenchPlan.MakeCases([Works.Echo, Works.Exec, Works.Connect], [64, 1 << 20], [1, 8], [100])
            .Select(one => one.Key.ToString());
        Assert.Equal(
            ["echo 64, 1 in flight", "echo 64, 8 in flight", "echo 64, at 100/s", "exec, 1 in flight", "exec, 8 in flight", "connect, 1 in flight"],
            crossed);
    }

    private static BenchPlan Plan() => new()
    {
        Transports = [new SshTransport()],
        Cases = BenchPlan.MakeCases([Works.Exec, Works.Output, Works.Input], [64], [1], null),
        Rounds = 3,
        Time = TimeSpan.FromMilliseconds(60),
    };

    private static ConnectionChoice Choice(SshServer server) => new("t", server.ConfigPath, [], TimeSpan.Zero, IsLocal: true);

    private static Task<BenchHost> ConnectAsync(SshServer server) => BenchHost.ConnectAsync(Choice(server), CancellationToken.None);

    private static async Task<BenchResults> RunAsync(SshServer server, Action<BenchProgress> progress, CancellationToken cancellationToken)
    {
        await using BenchHost host = await ConnectAsync(server);
        await using var runner = new BenchRunner(Plan(), host, new Direct(progress), TimeProvider.System);
        return await runner.RunAsync("t", cancellationToken);
    }

    // A server with its sessions: children first, so that no listener makes new ones meanwhile.
    private static void KillTree(int pid)
    {
        List<int> all = [pid];
        for (int i = 0; i < all.Count; i++)
        {
            all.AddRange(Children(all[i]));
        }

        all.ForEach(one => Posix.OwnProcess.Send(one, Posix.Signal.Kill));
    }

    private static IEnumerable<int> Children(int pid) =>
        from directory in Directory.EnumerateDirectories("/proc")
        where char.IsAsciiDigit(directory[^1]) && File.Exists($"{directory}/stat")
        let stat = File.ReadAllText($"{directory}/stat")
        where stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == pid.ToString(CultureInfo.InvariantCulture)
        select int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture);

    // Progress<T> reports later, on another thread.
    private sealed class Direct(Action<BenchProgress> report) : IProgress<BenchProgress>
    {
        public void Report(BenchProgress value) => report(value);
    }
}
