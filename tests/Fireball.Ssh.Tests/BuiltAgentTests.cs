using System.Diagnostics;
using Fireball.Deploy;
using Fireball.Proof;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

/// <summary>The whole way with the real agent.</summary>
public sealed class BuiltAgentTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    public static TheoryData<string, bool> Bridges => Connectors.With(false, true);

    [RequiresTheory("sshd", "ssh", "agent")]
    [MemberData(nameof(Bridges))]
    public async Task It_is_uploaded_started_and_proves_itself_and_the_channel_ends_with_its_owner(string connector, bool bridge)
    {
        var options = new SshConnectOptions
        {
            Agents = ScriptedAgent.ForAll(AgentImage.Load(BuiltAgent.Path!)),
            ForceBridge = bridge,
            Lease = TimeSpan.FromSeconds(1),
        };
        int agent;
        await using (var session = await Connect.ByAsync(connector, fixture.Server, options))
        {
            agent = session.Agent.Pid;
            Assert.Equal(bridge ? TunnelRoute.Bridge : TunnelRoute.Forward, session.Route);
            Assert.StartsWith("0.", session.Agent.Version, StringComparison.Ordinal);
            Assert.True(Processes.IsRunning(agent));
            await using var stream = await session.OpenStreamAsync();
            await ProveAsync(stream, session.Agent);
        }

        await Until.EndedAsync(agent);
    }

    [RequiresTheory("sshd", "ssh", "agent")]
    [MemberData(nameof(Bridges))]
    public async Task A_lost_connection_is_made_again_to_the_same_agent(string connector, bool bridge)
    {
        var options = new SshConnectOptions { Agents = ScriptedAgent.ForAll(AgentImage.Load(BuiltAgent.Path!)), ForceBridge = bridge };
        AgentLaunch agent;
        await using (var lost = await Connect.ByAsync(connector, fixture.Server, options))
        {
            agent = lost.Agent;
            Cut(agent.Pid);
            await lost.Ended.WaitAsync(Connect.Limit);
        }

        var target = SshTarget.Parse("t", ["-F", fixture.Server.ConfigPath]);
        var again = Connectors.Get(connector);
        await using var session = await again.ReattachAsync(target, agent, options).WaitAsync(Connect.Limit);
        Assert.Equal(bridge ? TunnelRoute.Bridge : TunnelRoute.Forward, session.Route);
        await using var stream = await session.OpenStreamAsync();
        await ProveAsync(stream, agent);

        var gone = agent with { SocketPath = "/tmp/fireball-" + new string('0', 32) + "/a" };
        var e = await Assert.ThrowsAsync<TunnelException>(() => again.ReattachAsync(target, gone, options));
        Assert.Equal(ConnectPhase.Launch, e.Phase);
        Assert.Contains("the agent is gone", e.Message, StringComparison.Ordinal);
    }

    private static Task ProveAsync(Stream stream, AgentLaunch agent) =>
        ProofExchange.RunAsync(stream, ProofRole.Controller, Convert.FromHexString(agent.Secret), CancellationToken.None);

    /// <summary>Kills the sshd of the connection, which is above the agent.</summary>
    private static void Cut(int agent)
    {
        for (int pid = agent; ; pid = Processes.Find(pid)!.Value.Parent)
        {
            using var process = Process.GetProcessById(pid);
            if (process.ProcessName.StartsWith("sshd", StringComparison.Ordinal))
            {
                process.Kill();
                return;
            }
        }
    }
}
