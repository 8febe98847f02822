using System.Security.Cryptography;
using Fireball.Linux;
using Fireball.TestSupport;
using Fireball.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Fireball.Agent.Core.Tests;

/// <summary>Agent.Exec of a real agent; over each transport by a class of its own.</summary>
public abstract class ExecTests(AgentFixture fixture)
{
    private readonly AgentClient _client = fixture.Client;

    private int Worker => (int)fixture.Agent.Reply.Pid;

    [Fact]
    public async Task Started_comes_first_and_exited_last()
    {
        var result = await _client.RunAsync(AgentClient.Shell("echo hi"));
        Assert.Equal(
            [ExecResponse.StepOneofCase.Started, ExecResponse.StepOneofCase.StdoutData, ExecResponse.StepOneofCase.Exited],
            result.Steps);
    }

    [Fact]
    public async Task Started_of_a_silent_command_does_not_wait_for_its_end()
    {
        using var call = _client.Exec();
        await call.RequestStream.WriteAsync(new ExecRequest { Start = AgentClient.Shell("sleep 1000") });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(AgentProcess.Patience));
        Assert.True(Processes.IsRunning((int)call.ResponseStream.Current.Started.Pid));
    }

    [Theory]
    [InlineData("no-such-command-at-all", StatusCode.NotFound)]
    [InlineData("/etc/passwd", StatusCode.PermissionDenied)]
    [InlineData("a\0b", StatusCode.InvalidArgument)]
    public async Task What_cannot_be_started_is_told_by_the_status(string command, StatusCode expected)
    {
        var start = new ExecStart { Argv = { ByteString.CopyFromUtf8(command) } };
        var e = await Assert.ThrowsAsync<RpcException>(() => _client.RunAsync(start));
        Assert.Equal(expected, e.StatusCode);
    }

    [Fact]
    public async Task A_missing_working_directory_is_not_found_and_named()
    {
        var start = AgentClient.Shell("true");
        start.WorkingDirectory = ByteString.CopyFromUtf8("/no/such/place");
        var e = await Assert.ThrowsAsync<RpcException>(() => _client.RunAsync(start));
        Assert.Equal(StatusCode.NotFound, e.StatusCode);
        Assert.Contains("/no/such/place", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_or_both_of_argv_and_shell_is_refused()
    {
        foreach (var start in new[]
        {
            new ExecStart(),
            new ExecStart { Shell = ByteString.CopyFromUtf8("x"), Argv = { ByteString.CopyFromUtf8("x") } },
        })
        {
            var e = await Assert.ThrowsAsync<RpcException>(() => _client.RunAsync(start));
            Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
        }
    }

    [Fact]
    public async Task More_changes_to_the_environment_than_any_has_are_refused_and_the_most_are_made()
    {
        await using var agent = await AgentProcess.StartAsync();
        await using var client = await agent.ConnectAsync();
        ExecStart start = AgentClient.Shell("env | grep -c '^V[0-9]'");
        start.Environment.AddRange(Enumerable.Range(0, 16_384).Select(i => new EnvironmentChange { Name = ByteString.CopyFromUtf8($"V{i}"), Value = ByteString.Empty }));
        Assert.Equal("16384\n", (await client.RunAsync(start)).Text);

        start.Environment.Add(start.Environment[0]);
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.RunAsync(start));
        Assert.Equal((StatusCode.InvalidArgument, "16385 changes to the environment, at most 16384 are made"), (refused.StatusCode, refused.Status.Detail));
    }

    [Fact]
    public async Task Environment_directory_and_umask_are_as_asked()
    {
        var start = AgentClient.Shell("echo $A-$B-${HOME-gone}-${E-gone}; pwd; umask");
        start.Environment.Add(new EnvironmentChange { Name = ByteString.CopyFromUtf8("A"), Value = ByteString.CopyFromUtf8("1 2") });
        start.Environment.Add(new EnvironmentChange { Name = ByteString.CopyFromUtf8("E"), Value = ByteString.Empty });
        start.Environment.Add(new EnvironmentChange { Name = ByteString.CopyFromUtf8("HOME") });
        start.WorkingDirectory = ByteString.CopyFromUtf8("/usr");
        start.Umask = 0b111_000_010;
        Assert.Equal("1 2--gone-\n/usr\n0702\n", (await _client.RunAsync(start)).Text);
    }

    [Fact]
    public async Task Binary_input_comes_back_exactly()
    {
        var bytes = RandomNumberGenerator.GetBytes(5_000_001);
        var result = await _client.RunAsync(AgentClient.Shell("cat"), bytes);
        Assert.Equal(bytes, result.Output);
    }

    [Fact]
    public async Task Input_that_is_never_read_does_not_hold_the_end()
    {
        using var call = _client.Exec();
        var start = AgentClient.Shell("exec true");
        start.AttachStdin = true;
        await call.RequestStream.WriteAsync(new ExecRequest { Start = start });
        var result = await AgentClient.ReadAsync(call).WaitAsync(AgentProcess.Patience);
        Assert.Equal(0u, result.Exited!.ExitCode);
    }

    [Fact]
    public async Task Input_that_was_not_announced_is_refused_and_the_command_killed()
    {
        using var call = _client.Exec();
        await call.RequestStream.WriteAsync(new ExecRequest { Start = AgentClient.Shell("sleep 1000") });
        await call.RequestStream.WriteAsync(new ExecRequest { StdinData = ByteString.CopyFromUtf8("x") });
        var e = await Assert.ThrowsAsync<RpcException>(() => AgentClient.ReadAsync(call).WaitAsync(AgentProcess.Patience));
        Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
    }

    [Fact]
    public async Task A_time_out_that_cannot_be_starts_nothing()
    {
        ExecStart start = AgentClient.Shell("sleep 1000");
        start.ExecId = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));
        start.Timeout = new Duration { Seconds = -1 };
        var refused = await Assert.ThrowsAsync<RpcException>(() => _client.RunAsync(start));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        OutcomeResponse outcome = await _client.Calls.OutcomeAsync(new OutcomeRequest { ExecId = start.ExecId });
        Assert.Equal(OutcomeResponse.Types.State.NotStarted, outcome.State);
    }

    [Fact]
    public async Task A_signal_reaches_the_whole_group()
    {
        using var call = _client.Exec();
        await call.RequestStream.WriteAsync(
            new ExecRequest { Start = AgentClient.Shell("trap 'echo got; exit 5' USR1; echo ready; while :; do sleep 0.05; done") });
        var result = new ExecResult();
        while (!result.Text.Contains("ready", StringComparison.Ordinal))
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            result.Add(call.ResponseStream.Current);
        }

        await call.RequestStream.WriteAsync(new ExecRequest { Signal = 10 });
        var rest = await AgentClient.ReadAsync(call).WaitAsync(AgentProcess.Patience);
        Assert.Contains("got", rest.Text, StringComparison.Ordinal);
        Assert.Equal(5u, rest.Exited!.ExitCode);
    }

    [Fact]
    public async Task Cancelling_kills_the_group_and_what_left_it()
    {
        using var call = _client.Exec();
        await call.RequestStream.WriteAsync(new ExecRequest { Start = AgentClient.Shell("sleep 1000 & sleep 1000") });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var pid = (int)call.ResponseStream.Current.Started.Pid;
        call.Dispose();
        await Until.TrueAsync(
            () => !Processes.IsRunning(pid) && Processes.ChildrenOf(Worker).All(child => child.Session != pid), "its session ends");
    }

    [Fact]
    public async Task A_time_out_kills_and_is_told_after_the_output()
    {
        var start = AgentClient.Shell("echo before; sleep 1000");
        start.Timeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(200));
        using var call = _client.Exec();
        await call.RequestStream.WriteAsync(new ExecRequest { Start = start });
        var result = new ExecResult();
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(AgentProcess.Patience))
            {
                result.Add(call.ResponseStream.Current);
            }
        });
        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        Assert.Equal("before\n", result.Text);
        Assert.False(Processes.IsRunning((int)result.Pid));
    }

    [Fact]
    public async Task An_id_runs_once_and_its_outcome_can_be_asked()
    {
        var id = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));
        var start = AgentClient.Shell("exit 4");
        start.ExecId = id;
        _ = await _client.RunAsync(start);
        var outcome = await Ask(id);
        Assert.Equal(OutcomeResponse.Types.State.Exited, outcome.State);
        Assert.Equal(4u, outcome.Exited.ExitCode);
        var e = await Assert.ThrowsAsync<RpcException>(() => _client.RunAsync(start));
        Assert.Equal(StatusCode.AlreadyExists, e.StatusCode);
    }

    [Fact]
    public async Task An_id_of_which_it_was_told_that_it_was_not_started_never_is()
    {
        var id = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));
        Assert.Equal(OutcomeResponse.Types.State.NotStarted, (await Ask(id)).State);
        var late = AgentClient.Shell("true");
        late.ExecId = id;
        var e = await Assert.ThrowsAsync<RpcException>(() => _client.RunAsync(late));
        Assert.Equal(StatusCode.AlreadyExists, e.StatusCode);
        Assert.Equal(OutcomeResponse.Types.State.NotStarted, (await Ask(id)).State);
    }

    [Fact]
    public async Task An_id_whose_command_could_not_be_started_was_not_started()
    {
        var id = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));
        var start = new ExecStart { ExecId = id, Argv = { ByteString.CopyFromUtf8("no-such-command-at-all") } };
        await Assert.ThrowsAsync<RpcException>(() => _client.RunAsync(start));
        Assert.Equal(OutcomeResponse.Types.State.NotStarted, (await Ask(id)).State);
    }

    [Fact]
    public async Task The_exit_does_not_wait_for_a_grandchild_that_holds_the_output()
    {
        var result = await _client.RunAsync(AgentClient.Shell("sleep 1000 & echo $!")).WaitAsync(AgentProcess.Patience);
        Assert.True(result.Exited!.OutputOpen);
        var grandchild = int.Parse(result.Text);
        Assert.True(Processes.IsRunning(grandchild));
        _ = OwnProcess.Send(grandchild, Signal.Kill);
    }

    [Fact]
    public async Task A_daemon_that_ends_is_reaped_while_its_starter_still_runs()
    {
        using var call = _client.Exec();
        await call.RequestStream.WriteAsync(
            new ExecRequest { Start = AgentClient.Shell("(setsid sleep 0.1 >/dev/null 2>&1 & echo $!); sleep 1000") });
        var result = new ExecResult();
        while (!result.Text.EndsWith('\n'))
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            result.Add(call.ResponseStream.Current);
        }

        await Until.TrueAsync(() => Processes.Find(int.Parse(result.Text)) is null, "it ends and is waited for");
    }

    [Fact]
    public async Task Commands_at_any_rate_leave_the_connection_as_it_is()
    {
        // More than HTTP/2's server remembers of calls that were not half-closed, faster than it forgets them.
        const int Count = 4000;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Count),
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (_, cancel) =>
            {
                var result = await _client.Host.ExecAsync(Controller.ExecCommand.Of("true"), cancellationToken: cancel);
                Assert.Equal(0, result.Exit.ShellStatus);
            });
    }

    [Fact]
    public async Task Thousands_of_commands_leave_no_zombie_and_no_descriptor()
    {
        _ = await _client.RunAsync(AgentClient.Shell("true"));
        var before = Directory.GetFileSystemEntries($"/proc/{Worker}/fd").Length;
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var result = await _client.RunAsync(new ExecStart
            {
                Argv = { ByteString.CopyFromUtf8("echo"), ByteString.CopyFromUtf8($"{i}") },
            });
            Assert.Equal($"{i}\n", result.Text);
        });
        Assert.DoesNotContain(Processes.ChildrenOf(Worker), process => process.State == 'Z');

        // Other tests of this class hold some; a leak would be thousands.
        Assert.InRange(Directory.GetFileSystemEntries($"/proc/{Worker}/fd").Length, 0, before + 100);
    }

    [Fact]
    public async Task A_slow_reader_holds_its_own_command_and_no_other()
    {
        using var call = _client.Exec();
        await call.RequestStream.WriteAsync(new ExecRequest { Start = AgentClient.Shell("head -c 50000000 /dev/zero") });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("other\n", (await _client.RunAsync(AgentClient.Shell("echo other"))).Text);
        var rest = await AgentClient.ReadAsync(call);
        Assert.Equal(50_000_000, rest.Output.Length);
    }

    private async Task<OutcomeResponse> Ask(ByteString id) =>
        await _client.Calls.OutcomeAsync(new OutcomeRequest { ExecId = id });
}
