using System.Diagnostics;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>
/// What a person sees when something is killed under a command, and what is left behind; over each transport by a class of
/// its own.
/// </summary>
public abstract class FaultTests(SshServerFixture fixture, string? transport)
{
    [EndToEndFact]
    public async Task Killing_ssh_during_an_exec_kills_the_command_and_the_same_agent_tells_its_end()
    {
        await using Bed bed = Bed.On(fixture, transport);
        (Process process, string mark) = await StartLongCommandAsync(bed);
        using (process)
        {
            int agent = await bed.AgentPidAsync();
            await bed.KillSshAsync();
            string words = await ExpectLostAsync(process, mark);

            Assert.Contains("the command ended with status 143, its output is not complete", words, StringComparison.Ordinal);
            Assert.Equal(agent, await bed.AgentPidAsync());
        }
    }

    [EndToEndFact]
    public async Task Killing_ssh_while_idle_costs_the_next_call_nothing_but_a_new_ssh_to_the_same_agent()
    {
        await using Bed bed = Bed.On(fixture, transport);
        int agent = await bed.AgentPidAsync();
        await bed.LoseSshAsync();
        Run run = (await bed.ExecAsync("t", "--", "echo", "there")).Exits(0);

        Assert.Equal(("there\n", ""), (run.Output, run.Error));
        Assert.Equal(agent, await bed.AgentPidAsync());
    }

    [EndToEndFact]
    public async Task Killing_ssh_where_forwarding_is_denied_comes_back_to_the_same_agent_too()
    {
        await using Bed bed = await Bed.StartAsync(new SshServerOptions { Configuration = ["AllowStreamLocalForwarding no"] }, transport);
        int agent = await bed.AgentPidAsync();
        await bed.LoseSshAsync();

        Assert.Equal(agent, await bed.AgentPidAsync());
    }

    [EndToEndFact("root", "setpriv", "/usr/bin/python3")]
    public async Task Another_user_who_listens_in_a_dead_agents_place_is_told_nothing_and_believed_nothing()
    {
        await using Bed bed = Bed.On(fixture, transport);
        int agent = await bed.AgentPidAsync();
        string socket = SocketOf(agent);
        await bed.LoseSshAsync();
        await Command.CheckAsync("kill", "-9", Bed.Text(agent));
        await Until.TrueAsync(() => !Directory.Exists(Path.GetDirectoryName(socket)), "the agent's directory to be removed");

        // Says what it can say without the secret, and prints how much it was told.
        const string Impostor = """
            import os, socket, sys
            path = sys.argv[1]
            os.umask(0)
            os.mkdir(os.path.dirname(path), 0o777)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            listener.listen()
            print("listening", flush=True)
            peer, _ = listener.accept()
            peer.sendall(b"fireball\x01A" + bytes(32) + bytes(32) + b"\xff" + bytes(8) + b"\x7f")
            told = b""
            while part := peer.recv(4096):
                told += part
            print(len(told), b"canary" in told, flush=True)
            """;
        using Process impostor = Process.Start(new ProcessStartInfo(
            "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c", Impostor, socket])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.Equal("listening", await impostor.StandardOutput.ReadLineAsync());
            Run run = (await bed.RunAsync("exec", ["t", "--", "cat"], "canary"u8.ToArray())).Exits(0);
            Assert.Equal("canary", run.Output);
            Assert.Equal("74 False", await impostor.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit));
        }
        finally
        {
            await Processes.EndAsync(impostor);
            await Command.CheckAsync("rm", "-rf", "--", Path.GetDirectoryName(socket)!);
        }
    }

    [EndToEndFact]
    public async Task Killing_the_agent_during_an_exec_is_unknown_and_the_command_dies()
    {
        await using Bed bed = Bed.On(fixture, transport);
        (Process process, string mark) = await StartLongCommandAsync(bed);
        using (process)
        {
            await Command.CheckAsync("kill", "-9", Bed.Text(await bed.AgentPidAsync()));
            await ExpectUnknownAsync(process, mark);
        }

        (await bed.ExecAsync("t", "--", "true")).Exits(0);
    }

    [EndToEndFact]
    public async Task Killing_the_background_process_during_an_exec_is_unknown_and_the_next_call_starts_another()
    {
        await using Bed bed = Bed.On(fixture, transport);
        (Process process, string mark) = await StartLongCommandAsync(bed);
        using (process)
        {
            int first = bed.BackgroundPid()!.Value;
            await Command.CheckAsync("kill", "-9", Bed.Text(first));
            await ExpectUnknownAsync(process, mark);
            (await bed.ExecAsync("t", "--", "true")).Exits(0);
            Assert.NotEqual(first, bed.BackgroundPid());
        }
    }

    [EndToEndFact]
    public async Task Killing_the_command_in_front_ends_the_remote_one()
    {
        await using Bed bed = Bed.On(fixture, transport);
        (Process process, string mark) = await StartLongCommandAsync(bed);
        using (process)
        {
            process.Kill();
            await Until.TrueAsync(() => Processes.With($"sleep {mark}").Count == 0, "the command ends");
        }

        (await bed.ExecAsync("t", "--", "true")).Exits(0);
    }

    [EndToEndFact]
    public async Task Forwarding_prohibited_takes_the_bridge_and_ping_says_so()
    {
        await using Bed bed = await Bed.StartAsync(new SshServerOptions { Configuration = ["AllowStreamLocalForwarding no"] }, transport);
        Run exec = (await bed.RunAsync("exec", ["t", "--", "cat"], "hi"u8.ToArray())).Exits(0);
        using var ping = System.Text.Json.JsonDocument.Parse((await bed.RunAsync("ping", ["--json", "t"])).Exits(0).OutputBytes);

        Assert.Equal("hi", exec.Output);
        Assert.Equal("bridge", ping.RootElement.GetProperty("route").GetString());
        Assert.NotEqual("", ping.RootElement.GetProperty("route_reason").GetString());
    }

    [EndToEndFact]
    public async Task Two_controllers_of_one_user_both_work()
    {
        await using Bed one = Bed.On(fixture, transport);
        await using Bed other = Bed.On(fixture, transport);
        Run[] runs = await Task.WhenAll(one.ExecAsync("t", "--", "echo", "one"), other.ExecAsync("t", "--", "echo", "other"));

        Assert.Equal("one\n", runs[0].Exits(0).Output);
        Assert.Equal("other\n", runs[1].Exits(0).Output);
        Assert.NotEqual(one.BackgroundPid(), other.BackgroundPid());
    }

    private static async Task<(Process Process, string Mark)> StartLongCommandAsync(Bed bed)
    {
        string mark = Bed.Text(300_000_000 + Random.Shared.Next(100_000_000));
        Process process = bed.Start("exec", "t", "--sh", $"echo started; sleep {mark}; true");
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit));
        return (process, mark);
    }

    private static async Task ExpectUnknownAsync(Process process, string mark) =>
        Assert.Contains("unknown, it is not run again", await ExpectLostAsync(process, mark), StringComparison.Ordinal);

    private static async Task<string> ExpectLostAsync(Process process, string mark)
    {
        await Bed.WaitAsync(process);
        string words = await process.StandardError.ReadToEndAsync();
        Assert.Equal(255, process.ExitCode);
        Assert.Contains("fireball: t: exec: connection lost", words, StringComparison.Ordinal);
        await Until.TrueAsync(() => Processes.With($"sleep {mark}").Count == 0, "the command ends");
        return words;
    }

    // The one that it listens on, by the kernel's table.
    private static string SocketOf(int agent)
    {
        HashSet<string> its = [.. Directory.GetFiles($"/proc/{agent}/fd")
            .Select(descriptor => new FileInfo(descriptor).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target[8..^1])];
        return File.ReadLines("/proc/net/unix")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .First(words => words is [_, _, _, _, _, _, var inode, ['/', ..]] && its.Contains(inode) && words[7].EndsWith("/a", StringComparison.Ordinal))[7];
    }
}
