using System.Diagnostics;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>The whole way with the real agent.</summary>
public sealed class BuiltAgentTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [RequiresTheory("sshd", "ssh", "agent")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_uploaded_started_and_greets_and_the_channel_ends_with_its_owner(bool bridge)
    {
        var options = new SshConnectOptions
        {
            Agent = AgentImage.Load(BuiltAgent.Path!),
            ForceBridge = bridge,
            Lease = TimeSpan.FromSeconds(1),
        };
        int agent;
        await using (var session = await Connect.ToAsync(fixture.Server, options))
        {
            agent = session.Agent.Pid;
            Assert.Equal(bridge ? SshRoute.Bridge : SshRoute.Forward, session.Route);
            Assert.StartsWith("0.", session.Agent.Version, StringComparison.Ordinal);
            Assert.True(Connect.IsRunning(agent));
            await using var stream = await session.OpenStreamAsync();
            byte[] signature = new byte[10];
            if (bridge)
            {
                // Over the channel the agent speaks once it has been spoken to.
                await stream.WriteAsync(new byte[] { 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f });
            }

            await stream.ReadExactlyAsync(signature).AsTask().WaitAsync(Connect.Limit);
            Assert.Equal([0xff, 0x7f], [signature[0], signature[9]]);
        }

        await Connect.EndsAsync(agent);
    }

    [RequiresTheory("sshd", "ssh", "agent")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_connection_is_made_again_to_the_same_agent(bool bridge)
    {
        var options = new SshConnectOptions { Agent = AgentImage.Load(BuiltAgent.Path!), ForceBridge = bridge };
        AgentLaunch agent;
        await using (var lost = await Connect.ToAsync(fixture.Server, options))
        {
            agent = lost.Agent;
            using var ssh = Process.GetProcessById(((OpenSshSession)lost).ProcessId);
            ssh.Kill();
            await lost.Ended.WaitAsync(Connect.Limit);
        }

        var target = SshTarget.Parse("t", ["-F", fixture.Server.ConfigPath]);
        var connector = new OpenSshConnector();
        await using var session = await connector.ReattachAsync(target, agent, options).WaitAsync(Connect.Limit);
        Assert.Equal(bridge ? SshRoute.Bridge : SshRoute.Forward, session.Route);
        await using var stream = await session.OpenStreamAsync();
        byte[] signature = new byte[10];
        await stream.ReadExactlyAsync(signature).AsTask().WaitAsync(Connect.Limit);
        Assert.Equal([0xff, 0x7f], [signature[0], signature[9]]);

        var gone = agent with { SocketPath = "/tmp/fireball-" + new string('0', 32) + "/a" };
        var e = await Assert.ThrowsAsync<SshException>(() => connector.ReattachAsync(target, gone, options));
        Assert.Equal(SshPhase.Launch, e.Phase);
        Assert.Contains("the agent is gone", e.Message, StringComparison.Ordinal);
    }
}
