using Fireball.Deploy;
using Fireball.TestSupport;

namespace Fireball.Ssh.Tests;

public sealed class ConnectTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>
{
    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task An_agent_that_is_not_there_is_uploaded_and_the_next_time_it_is_there(string connector)
    {
        var options = new SshConnectOptions { Agents = ScriptedAgent.Fresh() };
        await using (var first = await Connect.ByAsync(connector, fixture.Server, options))
        {
            Assert.True(first.Agent.Uploaded);
            Assert.Equal((TunnelRoute.Forward, null), (first.Route, first.RouteReason));
            Assert.Equal(fixture.Server.User.Home + "/.cache/fireball/agent-" + options.Agents.Here().Hash, first.Agent.ExecutablePath);
            await Connect.EchoAsync(first);
            await Connect.EchoAsync(first);
        }

        await using var second = await Connect.ByAsync(connector, fixture.Server, options);
        Assert.False(second.Agent.Uploaded);
        await Connect.EchoAsync(second);
    }

    [RequiresTheory("sshd", "ssh", "python3")]
    [MemberData(nameof(Connectors.All), MemberType = typeof(Connectors))]
    public async Task The_bridge_carries_the_bytes_when_it_is_asked_for_and_can_be_had_once(string connector)
    {
        var options = new SshConnectOptions { Agents = ScriptedAgent.Images, ForceBridge = true };
        await using var session = await Connect.ByAsync(connector, fixture.Server, options);
        Assert.Equal(TunnelRoute.Bridge, session.Route);
        Assert.Equal("the bridge was asked for", session.RouteReason);
        await using (var stream = await session.OpenStreamAsync())
        {
            await Connect.EchoAsync(stream, greeting: false);
            var e = await Assert.ThrowsAsync<TunnelException>(async () => await session.OpenStreamAsync());
            Assert.Equal(ConnectPhase.Forward, e.Phase);
        }

        // The end of the input is the end of the session.
        Assert.NotEmpty(await session.Ended.WaitAsync(Connect.Limit));
    }
}
