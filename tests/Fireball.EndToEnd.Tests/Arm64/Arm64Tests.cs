using System.Diagnostics;
using System.Security.Cryptography;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>The published programs and a host on arm64: what depends on the agent's kernel; over each transport by a class of its own.</summary>
public abstract class Arm64Tests(Arm64Guest guest, string? transport)
{
    [Arm64Fact]
    public async Task The_agent_for_arm64_is_sent_and_forwarded_to()
    {
        await using Bed bed = On();
        Run first = (await bed.ExecAsync("t", "--", "uname", "-m")).Exits(0);
        Run ping = (await bed.RunAsync("ping", ["-c", "1", "t"])).Exits(0);
        int agent = await bed.AgentPidAsync();

        Assert.Equal("aarch64\n", first.Output);
        Assert.Contains("route      forward\n", ping.Output, StringComparison.Ordinal);
        byte[] sent = await File.ReadAllBytesAsync(transport is null ? Artifacts.Arm64Agent : Artifacts.Arm64Agent + "-grpc");
        Assert.EndsWith(
            $"/agent-{Convert.ToHexStringLower(SHA256.HashData(sent))}\n", await guest.ShellAsync($"readlink /proc/{agent}/exe"), StringComparison.Ordinal);
    }

    [Arm64Fact]
    public async Task Binary_input_and_output_are_exact()
    {
        await using Bed bed = On();
        byte[] bytes = RandomNumberGenerator.GetBytes(3_000_001);
        Run run = (await bed.RunAsync("exec", ["t", "--", "cat"], bytes)).Exits(0);

        Assert.True(bytes.AsSpan().SequenceEqual(run.OutputBytes));
    }

    [Arm64Fact]
    public async Task Output_error_status_directory_environment_and_umask_are_the_commands()
    {
        await using Bed bed = On();
        Run run = (await bed.ExecAsync(
            "--cwd", "/usr", "--env", "GREETING=good day", "--umask", "027", "t", "--sh", "pwd; echo $GREETING; umask; echo err >&2; exit 42")).Exits(42);

        Assert.Equal("/usr\ngood day\n0027\n", run.Output);
        Assert.Equal("err\n", run.Error);
        (await bed.ExecAsync("--cwd", "/no/such", "t", "--", "true")).Exits(127);
        (await bed.ExecAsync("t", "--", "/nowhere/at/all")).Exits(127);
        (await bed.ExecAsync("t", "--", "/etc")).Exits(126);
    }

    [Arm64Fact]
    public async Task A_signal_that_ends_the_command_is_128_plus_its_number()
    {
        await using Bed bed = On();
        (await bed.ExecAsync("t", "--sh", "kill -KILL $$")).Exits(137);
    }

    [Arm64Fact]
    public Task Ctrl_C_is_130_and_the_remote_group_is_gone() => InterruptAsync("");

    [Arm64Fact]
    public Task A_command_that_ignores_Ctrl_C_is_killed_all_the_same() => InterruptAsync("trap '' INT TERM;");

    [Arm64Fact]
    public async Task A_tree_goes_there_and_comes_back_the_same()
    {
        await using Bed bed = On();
        string site = Path.Combine(bed.Files, "site");
        Directory.CreateDirectory(Path.Combine(site, "sub dir"));
        for (int i = 0; i < 100; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(site, "sub dir", $"file {i}"), RandomNumberGenerator.GetBytes(i * 7));
        }

        // Larger than any window, and with a hole.
        await using (FileStream big = File.Create(Path.Combine(site, "big")))
        {
            await big.WriteAsync(RandomNumberGenerator.GetBytes(5_000_000));
            big.SetLength(20_000_000);
        }

        File.SetUnixFileMode(Path.Combine(site, "sub dir", "file 3"), UnixFileMode.UserRead);
        File.CreateSymbolicLink(Path.Combine(site, "link"), "sub dir/file 1");
        (await bed.RunAsync("put", [site + "/", "t:/tmp/copy"])).Exits(0);
        (await bed.RunAsync("get", ["t:/tmp/copy", "back"])).Exits(0);

        await Command.CheckAsync("diff", "-r", "--no-dereference", site, Path.Combine(bed.Files, "back"));
        Assert.Equal("400\n", await guest.ShellAsync("stat -c %a '/tmp/copy/sub dir/file 3'; rm -r /tmp/copy"));
    }

    [Arm64Fact]
    public async Task A_file_that_is_put_replaces_the_old_one_and_a_link_in_its_place_is_not_followed()
    {
        await using Bed bed = On();
        await File.WriteAllTextAsync(Path.Combine(bed.Files, "new"), "new");
        await guest.ShellAsync("mkdir /tmp/target; echo old > /tmp/target/aim; ln -s aim /tmp/target/link; echo old > /tmp/target/file");
        (await bed.RunAsync("put", ["new", "t:/tmp/target/file"])).Exits(0);
        (await bed.RunAsync("put", ["new", "t:/tmp/target/link"])).Exits(0);

        Assert.Equal("new", await guest.ShellAsync("cat /tmp/target/file"));
        Assert.Equal("old\n", await guest.ShellAsync("cat /tmp/target/aim"));
        Assert.Equal("aim file link\n", await guest.ShellAsync("cd /tmp/target; echo $(ls -A); rm -r /tmp/target"));
    }

    [Arm64Fact]
    public async Task Killing_the_agent_during_an_exec_is_unknown_and_the_command_dies()
    {
        await using Bed bed = On();
        (Process process, string mark) = await StartLongCommandAsync(bed, "");
        using (process)
        {
            await guest.ShellAsync($"kill -9 {await bed.AgentPidAsync()}");
            await Bed.WaitAsync(process);
            Assert.Equal(255, process.ExitCode);
            Assert.Contains("unknown", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        }

        await EndsAsync(mark);
        (await bed.ExecAsync("t", "--", "true")).Exits(0);
    }

    [Arm64Fact]
    public async Task Killing_ssh_comes_back_to_the_same_agent()
    {
        await using Bed bed = On();
        (await bed.ExecAsync("t", "--", "true")).Exits(0);
        int agent = await bed.AgentPidAsync();
        await bed.LoseSshAsync();

        (await bed.ExecAsync("t", "--", "true")).Exits(0);
        Assert.Equal(agent, await bed.AgentPidAsync());
    }

    [Arm64Fact]
    public async Task After_down_nothing_of_ours_remains()
    {
        await using Bed bed = On();
        (Process process, string mark) = await StartLongCommandAsync(bed, "");
        using (process)
        {
            Run down = (await bed.RunAsync("down", ["t"])).Exits(0);
            Assert.Contains("1 command", down.Output, StringComparison.Ordinal);
            await Bed.WaitAsync(process);
        }

        string processes = await guest.ShellAsync("ps");
        Assert.DoesNotContain("fireball", processes, StringComparison.Ordinal);
        Assert.DoesNotContain(mark, processes, StringComparison.Ordinal);
        Assert.Equal("", await guest.ShellAsync("find /tmp /dev/shm /root -name '*fireball*'"));
    }

    private Bed On() => Bed.To(guest.ConfigPath, transport);

    // Ctrl-C during a command that begins with this.
    private async Task InterruptAsync(string before)
    {
        await using Bed bed = On();
        (Process process, string mark) = await StartLongCommandAsync(bed, before);
        using (process)
        {
            await Command.CheckAsync("kill", "-INT", Bed.Text(process.Id));
            await Bed.WaitAsync(process);
            Assert.Equal(130, process.ExitCode);
        }

        await EndsAsync(mark);
    }

    private static async Task<(Process Process, string Mark)> StartLongCommandAsync(Bed bed, string before)
    {
        string mark = Bed.Text(100_000_000 + Random.Shared.Next(100_000_000));
        Process process = bed.Start("exec", "t", "--sh", $"{before} sleep {mark} & echo started; wait; sleep {mark}");
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync().WaitAsync(Until.Limit));
        return (process, mark);
    }

    // What watches from outside, by ssh, is no part of what it waits for.
    private Task<string> EndsAsync(string mark) =>
        guest.ShellAsync($"until ! ps | grep -q '[s]leep {mark}'; do usleep 50000; done").WaitAsync(Until.Limit);
}
