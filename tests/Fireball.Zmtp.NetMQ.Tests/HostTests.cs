using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fireball.Controller;
using Fireball.TestSupport;

namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>A whole host over a real sshd, to the agent that tools/build has left, by NetMQ.</summary>
public sealed class HostTests(SshServerFixture fixture) : IClassFixture<SshServerFixture>, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(120));

    [RequiresFact("sshd", "ssh", "agent")]
    public async Task Commands_run_with_input_much_output_and_their_exit_status()
    {
        await using var host = await ConnectAsync(fixture.Server);
        var echoed = await host.ExecAsync(ExecCommand.Of("cat"), "to and fro"u8.ToArray(), _limit.Token);
        Assert.Equal("to and fro", Encoding.UTF8.GetString(echoed.StandardOutput.Span));
        var both = await host.ExecAsync(ExecCommand.OfShell("echo out; echo err >&2; exit 3"), cancellationToken: _limit.Token);
        Assert.Equal((3, "out\n", "err\n"), (both.Exit.ExitCode, Encoding.UTF8.GetString(both.StandardOutput.Span), Encoding.UTF8.GetString(both.StandardError.Span)));

        // Several times what may be on its way.
        var much = await host.ExecAsync(ExecCommand.OfShell("head -c 100000000 /dev/zero"), cancellationToken: _limit.Token);
        Assert.Equal(100_000_000, much.StandardOutput.Length);
    }

    [RequiresFact("sshd", "ssh", "agent")]
    public async Task A_hundred_commands_at_once_get_their_own_answers()
    {
        await using var host = await ConnectAsync(fixture.Server);
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            i => host.ExecAsync(ExecCommand.Of("echo", i.ToString(CultureInfo.InvariantCulture)), cancellationToken: _limit.Token)));
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => $"{i}\n"),
            results.Select(result => Encoding.UTF8.GetString(result.StandardOutput.Span)));
    }

    [RequiresFact("sshd", "ssh", "agent")]
    public async Task Files_go_there_and_back_and_pings_are_answered()
    {
        await using var host = await ConnectAsync(fixture.Server);
        byte[] content = RandomNumberGenerator.GetBytes(20_000_000);
        Assert.Equal(content.Length, await host.PutAsync(new MemoryStream(content), "netmq-file", cancellationToken: _limit.Token));
        using var back = new MemoryStream();
        await host.GetAsync("netmq-file", back, _limit.Token);
        Assert.True(content.AsSpan().SequenceEqual(back.GetBuffer().AsSpan(0, (int)back.Length)));
        Assert.NotEqual(0u, (await host.PingAsync(_limit.Token)).Pid);
    }

    [RequiresFact("sshd", "ssh", "agent")]
    public async Task A_cancelled_command_is_killed_and_the_next_one_runs()
    {
        await using var host = await ConnectAsync(fixture.Server);
        using var cancel = new CancellationTokenSource();
        await using var process = await host.StartAsync(ExecCommand.OfShell("echo $$; exec sleep 1000"), cancellationToken: cancel.Token);
        await using var output = process.ReadOutputAsync(_limit.Token).GetAsyncEnumerator();
        Assert.True(await output.MoveNextAsync());
        string pid = Encoding.UTF8.GetString(output.Current.Data.Span).Trim();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await output.MoveNextAsync());
        var gone = await host.ExecAsync(
            ExecCommand.OfShell($"while kill -0 {pid} 2>/dev/null; do sleep 0.01; done; echo gone"), cancellationToken: _limit.Token);
        Assert.Equal("gone\n", Encoding.UTF8.GetString(gone.StandardOutput.Span));
    }

    [RequiresFact("sshd", "ssh", "agent", "pgrep")]
    public async Task When_ssh_is_killed_the_next_call_makes_another_connection_to_the_same_agent()
    {
        await using var server = await SshServer.StartAsync();
        await using var host = await ConnectAsync(server);
        uint agent = (await host.PingAsync(_limit.Token)).Pid;
        string ssh = (await Command.CheckAsync("pgrep", "-P", $"{Environment.ProcessId}", "-x", "ssh")).Trim();
        await Command.CheckAsync("kill", "-9", ssh);
        var result = await host.ExecAsync(ExecCommand.Of("echo", "there"), cancellationToken: _limit.Token);
        Assert.Equal("there\n", Encoding.UTF8.GetString(result.StandardOutput.Span));
        Assert.Equal(agent, (await host.PingAsync(_limit.Token)).Pid);
    }

    public void Dispose() => _limit.Dispose();

    private Task<FireballHost> ConnectAsync(SshServer server) => FireballHost.ConnectAsync(
        "t",
        new FireballOptions { SshArguments = ["-F", server.ConfigPath], Transport = AgentTransport.OverZmtp("netmq", NetMqEngine.ConnectAsync), AgentDirectory = BuiltAgent.Agents },
        _limit.Token);
}
