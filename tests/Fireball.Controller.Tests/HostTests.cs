using Fireball.TestSupport;
using System.Security.Cryptography;
using System.Text;
using Fireball.Deploy;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller.Tests;

public sealed class HostTests : IAsyncLifetime
{
    private readonly FakeAgent _agent = new();
    private readonly RecordingLogger _log = new();
    private FakeHosts _hosts = null!;

    public Task InitializeAsync()
    {
        _hosts = new FakeHosts(_agent);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _hosts.DisposeAsync();

    [Fact]
    public async Task A_command_s_output_and_status_are_collected()
    {
        await using FireballHost host = await ConnectAsync();
        ExecResult result = await host.ExecAsync(ExecCommand.Of("one", "two", "three"));

        Assert.Equal("one two three", Encoding.UTF8.GetString(result.StandardOutput.Span));
        Assert.Equal("err", Encoding.UTF8.GetString(result.StandardError.Span));
        Assert.Equal(3, result.ExitCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(1_000_003)]
    public async Task Input_known_at_the_start_arrives_whole(int length)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(length);
        await using FireballHost host = await ConnectAsync();
        ExecResult result = await host.ExecAsync(ExecCommand.Of("cat"), bytes);

        Assert.True(bytes.AsSpan().SequenceEqual(result.StandardOutput.Span));
    }

    [Fact]
    public async Task Input_streams_while_output_is_read()
    {
        await using FireballHost host = await ConnectAsync();
        await using FireballProcess process = await host.StartAsync(ExecCommand.Of("cat"), ExecInput.Streamed);
        var output = new MemoryStream();
        Task copying = process.CopyOutputAsync(output, Stream.Null);
        byte[] bytes = RandomNumberGenerator.GetBytes(2_000_000);
        await process.StandardInput.WriteAsync(bytes);
        await process.StandardInput.DisposeAsync();
        await copying;

        Assert.Equal(bytes, output.ToArray());
        Assert.Equal(7, process.Id);
        Assert.Equal(1, (await process.WaitAsync()).ExitCode);
    }

    [Fact]
    public async Task Cancellation_reaches_the_agent()
    {
        await using FireballHost host = await ConnectAsync();
        using var cancel = new CancellationTokenSource();
        Task<ExecResult> exec = host.ExecAsync(ExecCommand.Of("hang"), cancellationToken: cancel.Token);
        await _agent.Hanging.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exec);
        await _agent.Cancelled.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Not_found_is_told_apart()
    {
        await using FireballHost host = await ConnectAsync();
        var failure = await Assert.ThrowsAsync<ExecNotStartedException>(() => host.ExecAsync(ExecCommand.Of("missing")));

        Assert.Equal(ExecRefusal.NotFound, failure.Refusal);
        Assert.Equal("h", failure.Host);
    }

    [Fact]
    public async Task A_lost_connection_is_unknown_and_nothing_runs_twice()
    {
        await using FireballHost host = await ConnectAsync();
        Task<ExecResult> exec = host.ExecAsync(ExecCommand.Of("hang"));
        await _agent.Hanging.Task;
        await _hosts.Sessions[0].BreakAsync("Connection reset by peer");

        await Assert.ThrowsAsync<ExecOutcomeUnknownException>(() => exec);
        Assert.Equal(1, _agent.Started);
        Assert.Equal(2, _hosts.Sessions.Count);
    }

    [Fact]
    public async Task An_agent_that_knows_the_outcome_is_believed()
    {
        _agent.OnOutcome = () => new OutcomeResponse
        {
            State = OutcomeResponse.Types.State.Exited,
            Exited = new ExecExited { ExitCode = 9 },
        };
        await using FireballHost host = await ConnectAsync();
        Task<ExecResult> exec = host.ExecAsync(ExecCommand.Of("hang"));
        await _agent.Hanging.Task;
        await _hosts.Sessions[0].BreakAsync("Connection reset by peer");

        var failure = await Assert.ThrowsAsync<ExecInterruptedException>(() => exec);
        Assert.Equal(9, failure.Exit.ExitCode);
    }

    [Fact]
    public async Task After_a_lost_connection_the_next_call_comes_back_to_the_agent()
    {
        await using FireballHost host = await ConnectAsync();
        await LoseAsync();
        ExecResult result = await host.ExecAsync(ExecCommand.Of("x"));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal((1, 1), (_hosts.Attempts, _hosts.Returns));
    }

    [Fact]
    public async Task Where_the_agent_is_gone_too_another_one_is_started()
    {
        _hosts.AgentsDie = true;
        await using FireballHost host = await ConnectAsync();
        await LoseAsync();
        ExecResult result = await host.ExecAsync(ExecCommand.Of("x"));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal((2, 1), (_hosts.Attempts, _hosts.Returns));
    }

    [Fact]
    public async Task After_the_lease_the_lost_agent_is_not_asked_for()
    {
        await using FireballHost host = await ConnectAsync(TimeSpan.Zero);
        await LoseAsync();
        await host.ExecAsync(ExecCommand.Of("x"));

        Assert.Equal((2, 0), (_hosts.Attempts, _hosts.Returns));
    }

    [Fact]
    public async Task What_the_same_agent_has_not_started_is_sent_again_under_another_id()
    {
        await using FireballHost host = await ConnectAsync();
        Task breaking = Task.CompletedTask;
        _agent.BeforeStart = () => breaking = _hosts.Sessions[0].BreakAsync("Connection reset by peer");
        _agent.OnOutcome = () => NotStarted("/fake/1/a");
        ExecResult result = await host.ExecAsync(ExecCommand.Of("x", "y"));

        await breaking;
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(1, _agent.Started);
        Assert.Equal(2, _agent.Ids.Distinct().Count());
    }

    [Fact]
    public async Task What_another_agent_has_not_started_stays_unknown()
    {
        await using FireballHost host = await ConnectAsync();
        Task breaking = Task.CompletedTask;
        _agent.BeforeStart = () => breaking = _hosts.Sessions[0].BreakAsync("Connection reset by peer");
        _agent.OnOutcome = () => NotStarted("/fake/2/a");

        await Assert.ThrowsAsync<ExecOutcomeUnknownException>(() => host.ExecAsync(ExecCommand.Of("x")));
        await breaking;
        Assert.Equal(0, _agent.Started);
        Assert.Single(_agent.Ids);
    }

    [Fact]
    public async Task Shutdown_returns_when_ssh_has_ended()
    {
        await using FireballHost host = await ConnectAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _agent.Leave = _ => asked.SetResult();
        Task<ShutdownResponse> shutdown = host.ShutdownAsync();
        await asked.Task;
        Assert.False(shutdown.IsCompleted);
        _hosts.Sessions[0].End("the agent has left");

        Assert.Equal(3u, (await shutdown).Killed);
    }

    [Fact]
    public async Task Shutdown_closes_its_own_end_since_a_session_channel_ends_only_after_both()
    {
        await using FireballHost host = await ConnectAsync();
        FakeHosts.FakeSession session = _hosts.Sessions[0];
        Task leaving = Task.CompletedTask;
        _agent.Leave = _ => leaving = session.Closed.ContinueWith(
            _ => session.End("the agent has left"), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.Equal(3u, (await host.ShutdownAsync()).Killed);
        await leaving;
    }

    [Fact]
    public async Task A_hundred_calls_share_one_connection()
    {
        await using FireballHost host = await ConnectAsync();
        ExecResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => host.ExecAsync(ExecCommand.Of("word", $"{i}"))));

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"word {i}"), results.Select(r => Encoding.UTF8.GetString(r.StandardOutput.Span)));
        Assert.Equal(1, _hosts.Attempts);
    }

    [Fact]
    public async Task A_refused_connection_is_tried_again_and_a_rejected_key_is_not()
    {
        _hosts.Refuse = _ => new TunnelException(ConnectPhase.Connect, "Connection refused");
        var refused = await Assert.ThrowsAsync<ConnectException>(ConnectAsync);
        Assert.Equal(("connect", 2), (refused.Phase, _hosts.Attempts));

        _hosts.Refuse = _ => new TunnelException(ConnectPhase.Authenticate, "Permission denied (publickey)");
        var denied = await Assert.ThrowsAsync<ConnectException>(ConnectAsync);
        Assert.Equal(("authenticate", 3), (denied.Phase, _hosts.Attempts));
    }

    [Fact]
    public async Task A_file_on_a_host_that_cannot_be_connected_is_a_connect_failure()
    {
        var inner = new RpcException(new Status(StatusCode.FailedPrecondition, "the host key has changed"));
        await using FireballHost host = FireballHost.FromLink(new UnusableLink(new ConnectException("h", "connect", "the host key has changed", inner)), "h");

        Assert.Equal("connect", (await Assert.ThrowsAsync<ConnectException>(() => host.StatAsync("file"))).Phase);
        Assert.Equal("connect", (await Assert.ThrowsAsync<ConnectException>(() => host.OpenAsync("file"))).Phase);
    }

    [Fact]
    public async Task Leaving_shuts_the_agent_down()
    {
        FireballHost host = await ConnectAsync();
        await host.DisposeAsync();

        Assert.Equal(1, _agent.Shutdowns);
        Assert.True(_hosts.Sessions[0].IsDisposed);
    }

    [Fact]
    public async Task The_life_of_a_connection_is_logged()
    {
        int refusals = 0;
        _hosts.Refuse = _ => refusals++ == 0 ? new TunnelException(ConnectPhase.Connect, "Connection refused") : null;
        FireballHost host = await ConnectAsync();
        await _hosts.Sessions[0].BreakAsync("killed");
        await host.ExecAsync(ExecCommand.Of("x"));

        Assert.Equal("h: not connected, tried again: Connection refused", await _log.NextAsync());
        Assert.Equal("h: connected by Forward", await _log.NextAsync());

        // The end is told beside the call that connects again.
        string[] both = [await _log.NextAsync(), await _log.NextAsync()];
        Assert.Equal(["h: connected by Forward", "h: the connection has ended: killed"], both.Order(StringComparer.Ordinal));
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_that_breaks_because_ssh_ended_is_told_in_ssh_s_words()
    {
        var time = new ObservedTime();
        await using FireballHost host = await ConnectAsync(TimeSpan.FromMinutes(1), time);
        Assert.Equal("h: connected by Forward", await _log.NextAsync());

        // The end of the stream is noticed first, that of ssh while it is dealt with.
        time.Asked = () => _hosts.Sessions[0].End("killed");
        await _hosts.Sessions[0].CloseStreamAsync();

        Assert.Equal("h: the connection has ended: killed", await _log.NextAsync());
    }

    // A call that is made before the end is noticed goes into the old connection, and its outcome is then unknown.
    private async Task LoseAsync()
    {
        await _hosts.Sessions[0].BreakAsync("killed");
        while (await _log.NextAsync() != "h: the connection has ended: killed")
        {
        }
    }

    private static OutcomeResponse NotStarted(string socket) => new()
    {
        State = OutcomeResponse.Types.State.NotStarted,
        Socket = Google.Protobuf.ByteString.CopyFromUtf8(socket),
    };

    private Task<FireballHost> ConnectAsync() => ConnectAsync(TimeSpan.FromMinutes(1));

    private Task<FireballHost> ConnectAsync(TimeSpan lease, TimeProvider? time = null) => FireballHost.ConnectAsync(
        "h",
        new FireballOptions
        {
            Connector = _hosts,
            AgentDirectory = FakeHosts.AgentDirectory,
            ConnectRetryDelay = TimeSpan.FromMilliseconds(1),
            Lease = lease,
            Logger = _log,
            TimeProvider = time ?? TimeProvider.System,
        });

    private sealed class UnusableLink(ConnectException failure) : IHostLink
    {
        public ValueTask<CallInvoker> GetInvokerAsync(CancellationToken cancellationToken) => throw failure;

        public ValueTask<bool> MendAsync(
            CallInvoker used, RpcException failure, int attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

        public string? AgentOf(CallInvoker used, RpcException failure) => null;

        public Task<ShutdownResponse> ShutdownAsync(bool removeExecutable, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class ObservedTime : TimeProvider
    {
        public Action? Asked { get; set; }

        public override long GetTimestamp()
        {
            Asked?.Invoke();
            return base.GetTimestamp();
        }
    }
}
