using System.Globalization;
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
            Cases = BenchPlan.MakeCases([WorkKinds.Put, WorkKinds.Get], [4096], [2], null),
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
    public async Task A_tree_arrives_whole_by_each_reference()
    {
        await using SshServer server = await SshServer.StartAsync();
        BenchPlan plan = Plan() with
        {
            Transports = [new SshTransport(), new SftpTransport(), new RsyncTransport(), new SpawnTransport()],
            Cases = BenchPlan.MakeCases([WorkKinds.PutTree, WorkKinds.GetTree], null, null, null),
            Rounds = 1,
        };
        await using BenchHost host = await ConnectAsync(server);
        await using var runner = new BenchRunner(plan, host, null, TimeProvider.System);
        BenchResults results = await runner.RunAsync("t", CancellationToken.None);

        Assert.All(results.Cases, one => Assert.Null(one.Problem));
        Assert.Equal(FileTree.Files, Directory.GetFiles(host.LocalTree(), "*", SearchOption.AllDirectories).Length);
        foreach (string target in host.LocalTreeTargets("spawn-put-tree", 0).Concat(host.LocalTreeTargets("spawn-get-tree", 0)).Where(
            target => Directory.EnumerateFileSystemEntries(target).Any()))
        {
            await Command.CheckAsync("diff", "-r", host.LocalTree(), target);
        }

        foreach (string name in (string[])["ssh", "sftp", "rsync"])
        {
            // The warm-up's, and the one after it.
            for (int call = 0; call < 2; call++)
            {
                await Command.CheckAsync("diff", "-r", host.LocalTree(), $"{host.RemoteDirectory}/put-tree-{name}-0/{call}");
                await Command.CheckAsync("diff", "-r", host.LocalTree(), host.LocalTreeTargets(name, 0)[call]);
            }
        }
    }

    [RequiresFact("ssh", "sshd")]
    public async Task The_parts_of_a_preset_are_one_run_and_its_goals_are_held_against_all_of_it()
    {
        await using SshServer server = await SshServer.StartAsync();
        var exec = new MeasuredCase(TransportList.Ssh, WorkKinds.Exec);
        Preset preset = Parts(exec);
        var told = new List<BenchProgress>();
        var run = new BenchRun(
            preset,
            (trip, cancel) => BenchHost.ConnectAsync(Choice(server) with { RoundTrip = trip }, cancel),
            new Direct(told.Add),
            TimeProvider.System);
        BenchResults results = await run.RunAsync("t", CancellationToken.None);

        Assert.Equal(RunState.Complete, results.State);
        Assert.Equal([null, 40], results.Cases.Select(one => one.RttMs));
        Assert.Equal([3, 2], results.Cases.Select(one => one.Rounds.Count));
        Assert.Equal((3, 0), (results.Settings.Rounds, results.Settings.RttMs));

        // A session of its own in the shared connection: at least a round trip to open it, and one to run the command. The
        // least call shows it, not the goal's value: that is the difference of two medians, and a busy machine moves both.
        Assert.All(results.Cases[1].Rounds, round => Assert.True(round.Latency.MinNs > 2 * 40e6, $"{round.Latency.MinNs} ns"));
        Assert.Equal(GoalFigures.RoundTrips(exec with { RttMs = 40 })(results), results.Goals!.Single().Value);
        Assert.Equal([1, 2], told.Select(one => one.Case).Distinct());
        Assert.All(told, one => Assert.Equal(2, one.Cases));
        Assert.Equal([0, 0.5], told.Select(one => one.Done).Distinct());
    }

    [RequiresFact("ssh", "sshd")]
    public async Task A_host_that_is_not_there_for_a_later_part_is_lost_and_the_earlier_ones_are_told()
    {
        await using SshServer server = await SshServer.StartAsync();
        var exec = new MeasuredCase(TransportList.Ssh, WorkKinds.Exec);
        var run = new BenchRun(
            Parts(exec),
            (trip, cancel) => trip == TimeSpan.Zero ? BenchHost.ConnectAsync(Choice(server), cancel) : throw new WorkFailedException("no host is there"),
            null,
            TimeProvider.System);
        BenchResults results = await run.RunAsync("t", CancellationToken.None);

        Assert.Equal((RunState.HostLost, "no host is there"), (results.State, results.Reason));
        Assert.Equal([3], results.Cases.Select(one => one.Rounds.Count));
        Assert.Equal("ssh, exec, 1 in flight: no host is there", results.Goals!.Single().Problem);
    }

    [RequiresFact("ssh", "sshd")]
    public async Task Added_round_trip_time_is_in_every_call()
    {
        await using SshServer server = await SshServer.StartAsync();
        var trip = TimeSpan.FromMilliseconds(40);
        await using BenchHost host = await BenchHost.ConnectAsync(Choice(server) with { RoundTrip = trip }, CancellationToken.None);
        BenchPlan plan = Plan() with { Cases = BenchPlan.MakeCases([WorkKinds.Echo], [64], [1], null), RoundTrip = trip };
        await using var runner = new BenchRunner(plan, host, null, TimeProvider.System);
        BenchResults results = await runner.RunAsync("t", CancellationToken.None);

        Assert.True(results.Cases.Single().MergedLatency().Min >= trip.TotalNanoseconds);
        Assert.Equal(40, results.Settings.RttMs);
    }

    [Fact]
    public void Sets_that_are_not_asked_for_have_every_work_and_others_are_crossed()
    {
        Assert.Equal(WorkKinds.All, BenchPlan.MakeCases(null, null, null, null).Select(one => one.Kind).Distinct());
        IEnumerable<string> crossed = BenchPlan.MakeCases([WorkKinds.Echo, WorkKinds.Exec, WorkKinds.Connect], [64, 1 << 20], [1, 8], [100])
            .Select(one => one.Key.ToString());
        Assert.Equal(
            ["echo 64, 1 in flight", "echo 64, 8 in flight", "echo 64, at 100/s", "exec, 1 in flight", "exec, 8 in flight", "connect, 1 in flight"],
            crossed);
    }

    private static BenchPlan Plan() => new()
    {
        Transports = [new SshTransport()],
        Cases = BenchPlan.MakeCases([WorkKinds.Exec, WorkKinds.Output, WorkKinds.Input], [64], [1], null),
        Rounds = 3,
        Time = TimeSpan.FromMilliseconds(60),
    };

    // Exec, near and far.
    private static Preset Parts(MeasuredCase exec)
    {
        BenchPlan near = Plan() with { Cases = BenchPlan.MakeCases([WorkKinds.Exec], null, [1], null) };
        return new Preset(
            "a",
            "a",
            [near, near with { Rounds = 2, RoundTrip = TimeSpan.FromMilliseconds(40) }],
            [Goal.AtMost(100, "RTT", "far", GoalFigures.RoundTrips(exec with { RttMs = 40 }))]);
    }

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

        all.ForEach(one => Linux.OwnProcess.Send(one, Linux.Signal.Kill));
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
