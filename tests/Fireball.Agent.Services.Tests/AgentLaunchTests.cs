using Fireball.V1;

namespace Fireball.Agent.Services.Tests;

public sealed class AgentLaunchTests
{
    [Fact]
    public async Task A_launched_agent_answers_ping_and_exec()
    {
        await using var agent = await AgentProcess.StartAsync();
        await using var client = await agent.ConnectAsync();
        var pong = await client.Calls.PingAsync(new PingRequest());
        Assert.Equal(agent.Reply.Pid, pong.Pid);
        var result = await client.RunAsync(AgentClient.Shell("cat; echo err >&2; exit 3"), "in"u8.ToArray());
        Assert.Equal("in", result.Text);
        Assert.Equal("err\n", result.Error);
        Assert.Equal(3u, result.Exited!.ExitCode);
    }
}
