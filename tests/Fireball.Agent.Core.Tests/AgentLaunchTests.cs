using System.Diagnostics;
using Fireball.Controller;
using Fireball.Linux;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Fireball.Agent.Core.Tests;

/// <summary>What the agents have in common, whatever their owner speaks.</summary>
public sealed class AgentLaunchTests
{
    private static readonly TimeSpan Patience = AgentProcess.Patience;

    [Theory]
    [InlineData("zmq", "fireball-agent")]
    [InlineData("grpc", "fireball-agent-grpc")]
    public async Task The_version_is_one_line(string transport, string name)
    {
        using var process = Process.Start(new ProcessStartInfo(AgentProcess.Executable(AgentTransports.All.Get(transport)), ["--version"])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        Assert.Matches($"^{name} [0-9.]+\n$", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task The_directory_and_the_socket_are_this_users_alone()
    {
        await using var agent = await AgentProcess.StartAsync();
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(agent.Directory));
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(agent.Socket) & (UnixFileMode)0b111_111);
    }

    [Theory]
    [InlineData("zmq", 0)]
    [InlineData("zmq", 2)]
    [InlineData("grpc", 2)]
    public async Task A_controller_of_another_contract_is_refused(string transport, uint contract)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => AgentProcess.StartAsync(
            request => request.Contract = contract, transport: AgentTransports.All.Get(transport)));

        Assert.Contains("'fireball-test contract 1'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"the controller speaks version {contract} of the contract, this agent 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_there_already_is_not_used()
    {
        using var planted = new TemporaryDirectory();
        Directory.CreateDirectory(planted["session"]);
        await using var agent = await AgentProcess.StartAsync(
            request => request.Directory = ByteString.CopyFromUtf8(planted["session"]));
        Assert.True(agent.Reply.Socket.IsEmpty);
        Assert.Contains(planted["session"], agent.Reply.Problem, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(planted["session"]));
    }

    [Fact]
    public async Task A_planted_symbolic_link_is_not_followed()
    {
        using var planted = new TemporaryDirectory();
        Directory.CreateDirectory(planted["target"]);
        File.CreateSymbolicLink(planted["session"], planted["target"]);
        await using var agent = await AgentProcess.StartAsync(
            request => request.Directory = ByteString.CopyFromUtf8(planted["session"]));
        Assert.True(agent.Reply.Socket.IsEmpty);
        Assert.Empty(Directory.GetFileSystemEntries(planted["target"]));
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_is_a_problem_and_leaves_nothing()
    {
        using var parent = new TemporaryDirectory();
        var path = parent[new string('x', 120)];
        await using var agent = await AgentProcess.StartAsync(request => request.Directory = ByteString.CopyFromUtf8(path));
        Assert.True(agent.Reply.Socket.IsEmpty);
        Assert.NotEqual("", agent.Reply.Problem);
        Assert.False(Directory.Exists(path));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(0)]
    public async Task Without_an_owner_it_leaves_when_the_lease_is_over(int milliseconds)
    {
        await using var agent = await AgentProcess.StartAsync(
            request => request.Lease = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds)));
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, agent.Shell.ExitCode);
        Assert.False(Directory.Exists(agent.Directory));
    }

    [Fact]
    public async Task What_was_detached_stays_after_shutdown()
    {
        await using var agent = await AgentProcess.StartAsync();
        await using var client = await agent.ConnectAsync();
        var start = AgentClient.Shell("sleep 1000 >/dev/null 2>&1 & echo $!");
        start.Detach = true;
        var pid = int.Parse((await client.RunAsync(start)).Text);
        var answer = await client.Calls.ShutdownAsync(new ShutdownRequest());
        Assert.Equal(0u, answer.Killed);
        await agent.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(Processes.IsRunning(pid));
        _ = OwnProcess.Send(pid, Signal.Kill);
    }

    [Fact]
    public async Task When_the_supervisor_is_killed_the_worker_leaves()
    {
        await using var agent = await AgentProcess.StartAsync();
        _ = OwnProcess.Send(agent.Supervisor, Signal.Kill);
        await Until.TrueAsync(() => !Processes.IsRunning((int)agent.Reply.Pid) && !Directory.Exists(agent.Directory), "it goes");
    }

    [Fact]
    public async Task What_a_dead_agent_left_is_removed_by_the_next()
    {
        await using var dead = await AgentProcess.StartAsync();
        _ = OwnProcess.Send(dead.Supervisor, 19);
        _ = OwnProcess.Send((int)dead.Reply.Pid, Signal.Kill);
        _ = OwnProcess.Send(dead.Supervisor, Signal.Kill);
        await dead.Shell.WaitForExitAsync();
        Assert.True(Directory.Exists(dead.Directory));
        await using var next = await AgentProcess.StartAsync();
        Assert.False(Directory.Exists(dead.Directory));
    }

    [Fact]
    public async Task Two_agents_of_one_user_work_side_by_side()
    {
        await using var one = await AgentProcess.StartAsync();
        await using var other = await AgentProcess.StartAsync();
        await using var client = await one.ConnectAsync();
        await using var neighbour = await other.ConnectAsync();
        await client.Calls.ShutdownAsync(new ShutdownRequest());
        await one.Shell.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal("ok\n", (await neighbour.RunAsync(AgentClient.Shell("echo ok"))).Text);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0x20, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 2, 0xff, 0xff })]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0 })]
    public async Task A_launch_request_that_is_none_fails_with_a_reason(byte[] bytes)
    {
        using var process = Process.Start(new ProcessStartInfo(AgentProcess.Executable(AgentTransport.Zmq), ["--marker", "m"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.BaseStream.WriteAsync(bytes);
        process.StandardInput.Close();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.StartsWith("m failed ", line, StringComparison.Ordinal);
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(1, process.ExitCode);
    }
}
