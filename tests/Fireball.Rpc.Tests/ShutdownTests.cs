using Fireball.Rpc.V1;
using Grpc.Core;

namespace Fireball.Rpc.Tests;

public sealed class ShutdownTests
{
    public static TheoryData<string> All => Transports.All;

    [Theory, MemberData(nameof(All))]
    public async Task Draining_lets_calls_end_and_refuses_new_ones(string transport)
    {
        var (started, release) = (new Signal(), new Signal());
        await using var fixture = await Fixture.StartAsync(transport, Held(started, release));
        var running = fixture.Client.UnaryAsync(new Note { Number = 1 }).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        var draining = fixture.DrainAsync("the agent leaves", fixture.Limit);
        fixture.AssertNotStarted(await FirstRefusalAsync(fixture));
        Assert.False(running.IsCompleted);
        Assert.False(draining.IsCompleted);
        release.Set();
        Assert.Equal(1, (await running).Number);
        await draining;
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_draining_is_told_with_its_reason(string transport)
    {
        var (started, release) = (new Signal(), new Signal());
        await using var fixture = await ZmtpFixture.StartAsync(transport, Held(started, release));
        var running = fixture.Client.UnaryAsync(new Note { Number = 1 }).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        var draining = fixture.Server.DrainAsync("the agent leaves", fixture.Limit);
        var refused = await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.Unavailable);
        Assert.Contains("the agent leaves", refused.Status.Detail, StringComparison.Ordinal);
        Assert.True(NotStarted.Applies(refused));
        Assert.False(running.IsCompleted);
        Assert.False(draining.IsCompleted);
        release.Set();
        Assert.Equal(1, (await running).Number);
        await draining;
        await fixture.Serving.WaitAsync(fixture.Limit);
        var closed = await fixture.Channel.Closed.WaitAsync(fixture.Limit);
        Assert.Contains("the agent leaves", closed.Detail, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Draining_without_calls_closes_at_once(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport);
        await fixture.Client.UnaryAsync(new Note());
        await fixture.DrainAsync("done", fixture.Limit);
        await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsForItsConnectionAsync();
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_a_drained_connection_is_closed_in_order(string transport)
    {
        await using var fixture = await ZmtpFixture.StartAsync(transport);
        await fixture.Client.UnaryAsync(new Note());
        await fixture.Server.DrainAsync("done", fixture.Limit);
        await fixture.Serving.WaitAsync(fixture.Limit);
        Assert.Equal(StatusCode.Unavailable, (await fixture.Channel.Closed.WaitAsync(fixture.Limit)).StatusCode);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Draining_cut_short_ends_the_calls(string transport)
    {
        var (started, release) = (new Signal(), new Signal());
        await using var fixture = await Fixture.StartAsync(transport, Held(started, release));
        var running = fixture.Client.UnaryAsync(new Note()).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        using var patience = new CancellationTokenSource();
        var draining = fixture.DrainAsync("the agent leaves", patience.Token);
        await patience.CancelAsync();
        await running.FailsForItsConnectionAsync();
        await draining.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(fixture.Limit);
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_draining_cut_short_is_told_as_such(string transport)
    {
        var (started, release) = (new Signal(), new Signal());
        await using var fixture = await ZmtpFixture.StartAsync(transport, Held(started, release));
        var running = fixture.Client.UnaryAsync(new Note()).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        using var patience = new CancellationTokenSource();
        var draining = fixture.DrainAsync("the agent leaves", patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining);
        await running.FailsWithAsync(StatusCode.Unavailable);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Serving.WaitAsync(fixture.Limit));
        fixture.ServingWasAsserted();
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_shutting_down_a_channel_waits_for_its_calls(string transport)
    {
        var (started, release) = (new Signal(), new Signal());
        await using var fixture = await ZmtpFixture.StartAsync(transport, Held(started, release));
        var running = fixture.Client.UnaryAsync(new Note { Number = 1 }).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        var shutdown = fixture.Channel.ShutdownAsync(fixture.Limit);
        var refused = await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.Unavailable);
        Assert.True(NotStarted.Applies(refused));
        Assert.False(shutdown.IsCompleted);
        release.Set();
        Assert.Equal(1, (await running).Number);
        await shutdown;
        Assert.Equal(StatusCode.OK, (await fixture.Channel.Closed).StatusCode);
        await fixture.Serving.WaitAsync(fixture.Limit);
    }

    [Fact]
    public async Task Over_ZMTP_a_channel_disposed_while_it_reads_is_closed_with_a_reason()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 1000; i++)
        {
            var (client, peer) = await Transports.ConnectAsync("memory", limit.Token);
            var channel = new RpcChannel(client);
            // The read loop wakes up at the moment that the channel is disposed.
            var sending = Task.Run(() => peer.SendAsync(new Envelope { Ping = new() { Number = 1 } }).AsTask());
            await channel.DisposeAsync();
            Assert.Equal(StatusCode.Unavailable, (await channel.Closed).StatusCode);
            await Record.ExceptionAsync(() => sending);
            await peer.DisposeAsync();
        }
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_a_token_ends_a_served_connection(string transport)
    {
        await using var server = new RpcServer();
        using var stop = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (client, accepted) = await Transports.ConnectAsync(transport, limit.Token);
        var serving = server.ServeAsync(accepted, "", stop.Token);
        await using var channel = new RpcChannel(client);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.WaitAsync(limit.Token));
        Assert.Equal(StatusCode.Unavailable, (await channel.Closed.WaitAsync(limit.Token)).StatusCode);
    }

    /// <summary>Calls until one is refused: a server may still answer those that were on their way when it began to leave.</summary>
    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_a_write_while_the_connection_is_failing_has_the_calls_own_reason(string transport)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (connection, peer) = await Transports.ConnectAsync(transport, limit.Token);
        await using var channel = new RpcChannel(connection, ZmtpFixture.Silent with { ContinueInline = true });
        var client = new Probe.ProbeClient(channel.CallInvoker);

        // The first of the calls that end holds up the end of the second: what awaits it goes on on the thread that ends them.
        var (failing, released) = (new Signal(), new Signal());
        var first = client.UnaryAsync(new Note()).ResponseAsync.ContinueWith(
            _ =>
            {
                failing.Set();
                released.WaitAsync(limit.Token).GetAwaiter().GetResult();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        using var second = client.Collect();
        await second.RequestStream.WriteAsync(new Note());
        await peer.DisposeAsync();
        await failing.WaitAsync(limit.Token);

        // On this thread until one has to wait: the transport takes what fits, and then it or the call says that it has ended.
        var writing = WriteOnAsync();
        Assert.False(writing.IsCompleted);
        released.Set();
        await writing.FailsWithAsync(StatusCode.Unavailable);
        await first;

        async Task WriteOnAsync()
        {
            while (true)
            {
                await second.RequestStream.WriteAsync(new Note());
            }
        }
    }

    private static async Task<RpcException> FirstRefusalAsync(Fixture fixture)
    {
        while (true)
        {
            try
            {
                await fixture.Client.UnaryAsync(new Note(), cancellationToken: fixture.Limit);
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.Unavailable)
            {
                return refused;
            }
        }
    }

    private static ProbeService Held(Signal started, Signal release) => new()
    {
        OnUnary = async (note, context) =>
        {
            if (note.Number == 0 && started.IsSet)
            {
                return note;
            }

            started.Set();
            await release.WaitAsync(context.CancellationToken);
            return note;
        },
    };
}
