using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>Which agent a host gets, by what its `uname -sm` prints. The agents are scripts, which run on any.</summary>
public sealed class PlatformTests
{
    public static TheoryData<string, string> X64 => Connectors.With("Linux x86_64", "Linux amd64");

    public static TheoryData<string, string> Arm64 => Connectors.With("Linux aarch64", "Linux arm64");

    /// <summary>A host that calls itself as given.</summary>
    /// <param name="bin">A directory for its programs, which the host needs as long as it runs.</param>
    /// <param name="platform">What its `uname` prints, whatever it is asked.</param>
    internal static Task<SshServer> HostAsync(TemporaryDirectory bin, string platform)
    {
        bin.Write("uname", $"#!/bin/sh\necho {platform}\n", (UnixFileMode)0b111_101_101);
        return SshServer.StartAsync(new SshServerOptions { Configuration = [$"SetEnv PATH={bin.Path}:/usr/bin:/bin"] });
    }

    [RequiresTheory("sshd", "ssh", "root", "python3")]
    [MemberData(nameof(X64))]
    public Task A_host_on_x86_64_gets_the_agent_for_it(string connector, string platform) =>
        GetsAsync(connector, platform, AgentPlatform.LinuxX64);

    [RequiresTheory("sshd", "ssh", "root", "python3")]
    [MemberData(nameof(Arm64))]
    public Task A_host_on_arm64_gets_the_agent_for_it(string connector, string platform) =>
        GetsAsync(connector, platform, AgentPlatform.LinuxArm64);

    [RequiresTheory("sshd", "ssh", "root")]
    [MemberData(nameof(Arm64))]
    public async Task An_agent_that_was_not_built_is_named_with_its_path(string connector, string platform)
    {
        using var directory = new TemporaryDirectory();
        using var bin = new TemporaryDirectory();
        await using var server = await HostAsync(bin, platform);
        string problem = Assert.Throws<FileNotFoundException>(
            () => AgentImageFinder.Find("fireball-agent", AgentPlatform.LinuxArm64, directory.Path)).Message;
        var agents = new AgentImages(
            new Dictionary<AgentPlatform, AgentImage> { [AgentPlatform.LinuxX64] = ScriptedAgent.Images.Here() },
            new Dictionary<AgentPlatform, string> { [AgentPlatform.LinuxArm64] = problem });

        var e = await Connect.FailsByAsync(connector, server, new SshConnectOptions { Agents = agents });

        Assert.Equal(ConnectPhase.Upload, e.Phase);
        Assert.Equal(
            $"the host is {platform}; no agent executable at {directory["linux-arm64/fireball-agent"]}; build it with tools/build, "
            + "or set FIREBALL_AGENTS to a directory with linux-arm64/fireball-agent",
            e.Message);
    }

    private static async Task GetsAsync(string connector, string platform, AgentPlatform expected)
    {
        using var bin = new TemporaryDirectory();
        await using var server = await HostAsync(bin, platform);
        var images = AgentPlatform.All.ToDictionary(each => each, each => ScriptedAgent.ChangedImage($"# {each.Name} {Guid.NewGuid():N}\n"));

        await using var session = await Connect.ByAsync(connector, server, new SshConnectOptions { Agents = new AgentImages(images) });

        Assert.True(session.Agent.Uploaded);
        Assert.EndsWith("/agent-" + images[expected].Hash, session.Agent.ExecutablePath, StringComparison.Ordinal);
        await Connect.EchoAsync(session);
    }
}
