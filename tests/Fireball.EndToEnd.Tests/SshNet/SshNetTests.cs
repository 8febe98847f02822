using System.Security.Cryptography;
using System.Text.Json;
using Fireball.TestSupport;

namespace Fireball.EndToEnd.Tests;

/// <summary>The published programs with --ssh sshnet.</summary>
public sealed class SshNetTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [EndToEndFact]
    public async Task Commands_and_files_go_by_SSH_NET_without_any_ssh_process()
    {
        await using Bed bed = Bed.On(fixture);
        byte[] input = RandomNumberGenerator.GetBytes(3 << 20);
        Run run = (await bed.RunAsync("exec", ["--ssh", "sshnet", "t", "--sh", "cat; echo said >&2; exit 3"], input)).Exits(3);
        Assert.Equal(input, run.OutputBytes);
        Assert.Equal("said\n", run.Error);

        await File.WriteAllBytesAsync(Path.Combine(bed.Files, "there"), input);
        string name = "sshnet" + Bed.Text(Random.Shared.Next());
        (await bed.RunAsync("put", ["--ssh", "sshnet", "there", $"t:{name}"])).Exits(0);
        (await bed.RunAsync("get", ["--ssh", "sshnet", $"t:{name}", "back"])).Exits(0);
        Assert.Equal(input, await File.ReadAllBytesAsync(Path.Combine(bed.Files, "back")));
        (await bed.RunAsync("exec", ["--ssh", "sshnet", "t", "--", "rm", name])).Exits(0);

        using var ping = JsonDocument.Parse((await bed.RunAsync("ping", ["--ssh", "sshnet", "--json", "t"])).Exits(0).OutputBytes);
        Assert.Equal("sshnet", ping.RootElement.GetProperty("ssh").GetString());
        Assert.Equal("forward", ping.RootElement.GetProperty("route").GetString());
        Assert.Empty(Processes.ChildrenOf(bed.BackgroundPid()!.Value));
    }

    [EndToEndFact]
    public async Task Where_forwarding_is_prohibited_the_bridge_is_taken_and_ping_says_why()
    {
        await using Bed bed = await Bed.StartAsync(new SshServerOptions { Configuration = ["AllowStreamLocalForwarding no"] });
        Run exec = (await bed.RunAsync("exec", ["--ssh", "sshnet", "t", "--", "cat"], "hi"u8.ToArray())).Exits(0);
        Assert.Equal("hi", exec.Output);
        using var ping = JsonDocument.Parse((await bed.RunAsync("ping", ["--ssh", "sshnet", "--json", "t"])).Exits(0).OutputBytes);
        Assert.Equal("bridge", ping.RootElement.GetProperty("route").GetString());
        Assert.Equal(
            "the host denies the forward: open failed: connect failed: open failed",
            ping.RootElement.GetProperty("route_reason").GetString());
    }

    [EndToEndFact]
    public async Task What_SSH_NET_cannot_honour_is_told_in_one_line_and_is_255()
    {
        await using Bed bed = Bed.On(fixture);
        Run run = (await bed.RunAsync("exec", ["--ssh", "sshnet", "-o", "ProxyCommand=nc %h %p", "t", "--", "true"])).Exits(255);
        Assert.Contains("ProxyCommand", run.Error, StringComparison.Ordinal);
        Assert.Contains("--ssh openssh", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }
}
