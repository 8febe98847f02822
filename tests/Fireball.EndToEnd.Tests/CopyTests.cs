using System.Diagnostics;
using System.Security.Cryptography;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>fireball put, get, ping, hosts and down, whole; over each transport by a class of its own.</summary>
public abstract class CopyTests(SshServerFixture fixture, string? transport)
{
    [EndToEndFact]
    public async Task A_tree_goes_there_and_comes_back_the_same()
    {
        await using Bed bed = Bed.On(fixture, transport);
        string site = Path.Combine(bed.Files, "site");
        Directory.CreateDirectory(Path.Combine(site, "sub dir"));
        for (int i = 0; i < 200; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(site, "sub dir", $"file {i}"), RandomNumberGenerator.GetBytes(i * 7));
        }

        File.CreateSymbolicLink(Path.Combine(site, "link"), "sub dir/file 1");
        string name = "copy" + Bed.Text(Random.Shared.Next());
        (await bed.RunAsync("put", [site + "/", $"t:{name}"])).Exits(0);
        (await bed.RunAsync("get", [$"t:{name}", "back"])).Exits(0);

        await Command.CheckAsync("diff", "-r", "--no-dereference", site, Path.Combine(bed.Files, "back"));
        (await bed.ExecAsync("t", "--", "rm", "-r", name)).Exits(0);
    }

    [EndToEndFact]
    public async Task What_cannot_be_copied_is_listed_and_the_rest_is_there()
    {
        await using Bed bed = Bed.On(fixture, transport);
        await File.WriteAllTextAsync(Path.Combine(bed.Files, "there"), "here");
        string name = "dir" + Bed.Text(Random.Shared.Next());
        Run run = (await bed.RunAsync("put", ["there", "missing", $"t:{name}"])).Exits(1);

        Assert.Contains("missing: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("here", (await bed.ExecAsync("t", "--", "cat", $"{name}/there")).Output);
        (await bed.ExecAsync("t", "--", "rm", "-r", name)).Exits(0);
    }

    [EndToEndFact]
    public Task What_a_copy_has_used_is_given_back_when_nothing_is_called() => GiveBackAsync(copies: 1);

    [EndToEndFact]
    public Task What_copies_have_used_is_given_back_when_nothing_is_called() => GiveBackAsync(copies: 8);

    [EndToEndFact]
    public Task Killing_ssh_during_a_put_leaves_the_old_file() => KillDuringPutAsync(bed => bed.KillSshAsync());

    [EndToEndFact]
    public Task Killing_the_agent_during_a_put_leaves_the_old_file() => KillDuringPutAsync(
        async bed => await Command.CheckAsync("kill", "-9", Bed.Text(await bed.AgentPidAsync())));

    private async Task GiveBackAsync(int copies)
    {
        await using Bed bed = Bed.On(fixture, transport);
        await File.WriteAllBytesAsync(Path.Combine(bed.Files, "big"), RandomNumberGenerator.GetBytes(64 << 20));
        await File.WriteAllTextAsync(Path.Combine(bed.Files, "small"), "small");
        string name = "big" + Bed.Text(Random.Shared.Next());

        // Its code stays resident once it has run.
        (await bed.RunAsync("put", ["small", $"t:{name}-small"])).Exits(0);
        int worker = await bed.AgentPidAsync();
        long before = Processes.ResidentMemory(worker);

        // At once, so that each has its windows' worth on its way.
        Run[] runs = await Task.WhenAll(Enumerable.Range(0, copies).Select(i => bed.RunAsync("put", ["big", $"t:{name}-{i}"])));
        Assert.All(runs, run => run.Exits(0));
        (await bed.ExecAsync("t", "--sh", $"rm {name}-*")).Exits(0);

        // Else this would show nothing.
        long used = Processes.PeakMemory(worker) - before;
        Assert.InRange(used, copies << 18, long.MaxValue);
        await Until.TrueAsync(
            () => Processes.ResidentMemory(worker) < before + Math.Max(used / 4, 1 << 20),
            $"the agent's worker gives back most of the {used} bytes that it used beyond {before}");
    }

    private async Task KillDuringPutAsync(Func<Bed, Task> killAsync)
    {
        await using Bed bed = Bed.On(fixture, transport);
        string name = "old" + Bed.Text(Random.Shared.Next());
        (await bed.ExecAsync("t", "--sh", $"echo old > {name}")).Exits(0);
        string big = Path.Combine(bed.Files, "pipe");
        using (FileStream file = File.Create(big))
        {
            file.SetLength(1);
            byte[] chunk = RandomNumberGenerator.GetBytes(1 << 20);
            for (int i = 0; i < 400; i++)
            {
                await file.WriteAsync(chunk);
            }
        }

        using Process put = bed.Start("put", "pipe", $"t:{name}");
        string home = bed.Server.User.Home;
        await Until.TrueAsync(() => put.HasExited || bed.BytesThroughSsh() > 20_000_000, "the copy begins");
        await killAsync(bed);
        await Bed.WaitAsync(put);
        Assert.Equal(255, put.ExitCode);
        Assert.StartsWith("fireball: t: put: ", await put.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal("old\n", (await bed.ExecAsync("t", "--", "cat", name)).Exits(0).Output);
        await Until.TrueAsync(() => !Temporaries(home).Any(), "the temporary goes");
    }

    [EndToEndFact]
    public async Task Ping_tells_round_trips_agent_and_route()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run run = (await bed.RunAsync("ping", ["-c", "3", "t"])).Exits(0);

        Assert.Matches(@"^t: 3 round trips, min/avg/max [0-9.]+/[0-9.]+/[0-9.]+ ms\n  agent      [0-9.]+, pid \d+, up ", run.Output);
        Assert.Contains("route      forward\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"transport  {transport ?? "zmq"}\n", run.Output, StringComparison.Ordinal);
    }

    [EndToEndFact]
    public async Task Hosts_lists_what_is_connected()
    {
        await using Bed bed = Bed.On(fixture, transport);
        Run none = (await bed.RunAsync("hosts", ["--json"])).Exits(0);
        (await bed.ExecAsync("t", "--", "true")).Exits(0);
        (await bed.ExecAsync("t2", "--", "true")).Exits(0);
        Run two = (await bed.RunAsync("hosts", [])).Exits(0);

        Assert.Equal("[]\n", none.Output);
        Assert.Equal(["t", "t2"], two.Output.TrimEnd().Split('\n').Select(line => line.Split('\t')[0]));
    }

    [EndToEndFact]
    public async Task After_down_nothing_of_ours_remains()
    {
        await using Bed bed = await Bed.StartAsync(new SshServerOptions { User = await LoginUsers.GetAsync(key: "down") }, transport);
        string home = bed.Server.User.Home;
        using Process running = bed.Start("exec", "t", "--sh", "echo started; sleep 987654");
        Assert.Equal("started", await running.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit));
        Assert.NotEmpty(Owned(bed.Server.User.Uid));
        Run down = (await bed.RunAsync("down", ["t"])).Exits(0);

        // At once, without waiting: that is what the command's return says.
        Assert.Empty(Owned(bed.Server.User.Uid));
        await Bed.WaitAsync(running);
        Assert.Contains("1 command", down.Output, StringComparison.Ordinal);
        Command.Outcome left = await Command.RunAsync(
            "find", ["/tmp", "/dev/shm", home, "-user", bed.Server.User.Name, "-name", "*fireball*"]);
        Assert.Equal("", left.Output);
        Assert.Equal("[]\n", (await bed.RunAsync("hosts", ["--json"])).Output);
    }

    private static IEnumerable<FileInfo> Temporaries(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles().Where(file => file.Name.StartsWith(".fireball-", StringComparison.Ordinal));

    private static List<int> Owned(uint uid) =>
        [.. Processes.All().Select(entry => entry.Pid).Where(pid => OwnerOf(pid) == uid && Processes.IsRunning(pid) && !IsSshd(pid))];

    // The server's own process for the connection, which ends after its client.
    private static bool IsSshd(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").StartsWith("sshd", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static uint? OwnerOf(int pid)
    {
        try
        {
            string line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal));
            return uint.Parse(line.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
