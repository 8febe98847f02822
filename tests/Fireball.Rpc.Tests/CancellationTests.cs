using Grpc.Core;

namespace Fireball.Rpc.Tests;

public sealed class CancellationTests
{
    public static TheoryData<string> All => Transports.All;

    [Theory, MemberData(nameof(All))]
    public async Task A_call_cancelled_before_it_starts_is_not_sent(string transport)
    {
        var runs = 0;
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = (note, _) =>
            {
                runs++;
                return Task.FromResult(note);
            },
        });
        var call = fixture.Client.UnaryAsync(new Note(), cancellationToken: new CancellationToken(canceled: true)).ResponseAsync;
        fixture.AssertNotStarted(await call.FailsWithAsync(StatusCode.Cancelled));
        await fixture.Client.UnaryAsync(new Note());
        Assert.Equal(1, runs);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_call_cancelled_under_way_ends_on_both_sides(string transport)
    {
        var (started, cancelled) = (new Signal(), new Signal());
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = async (note, context) =>
            {
                started.Set();
                await context.CancellationToken.Cancelled();
                cancelled.Set();
                return note;
            },
        });
        using var cancel = new CancellationTokenSource();
        var call = fixture.Client.UnaryAsync(new Note(), cancellationToken: cancel.Token).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        await cancel.CancelAsync();
        Assert.False(NotStarted.Applies(await call.FailsWithAsync(StatusCode.Cancelled)));
        await cancelled.WaitAsync(fixture.Limit);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Cancelling_after_the_end_changes_nothing(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport);
        using var cancel = new CancellationTokenSource();
        using var call = fixture.Client.UnaryAsync(new Note { Number = 1 }, cancellationToken: cancel.Token);
        await call;
        await cancel.CancelAsync();
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal(1, (await call).Number);
        await fixture.Client.UnaryAsync(new Note());
    }

    [Theory, MemberData(nameof(All))]
    public async Task Disposing_a_call_stops_its_service_and_what_was_under_way_does_no_harm(string transport)
    {
        var stopped = new Signal();
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnCount = async (_, writer, context) =>
            {
                try
                {
                    while (true)
                    {
                        await writer.WriteAsync(new Note(), context.CancellationToken);
                    }
                }
                finally
                {
                    stopped.Set();
                }
            },
        });
        var call = fixture.Client.Count(new Note());
        Assert.True(await call.ResponseStream.MoveNext(fixture.Limit));
        call.Dispose();
        await stopped.WaitAsync(fixture.Limit);
        await Failures.ReadingADisposedCallAsync(call.ResponseStream, StatusCode.Cancelled);
        await fixture.Client.UnaryAsync(new Note(), cancellationToken: fixture.Limit);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Cancelling_a_read_cancels_the_call(string transport)
    {
        var (started, stopped) = (new Signal(), new Signal());
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnChat = async (notes, _, context) =>
            {
                started.Set();
                var cancelled = context.CancellationToken.Cancelled();
                var failure = await Record.ExceptionAsync(() => notes.MoveNext(CancellationToken.None));
                // Ours is the first; the gRPC package tells of the stream's reset.
                Assert.True(failure is OperationCanceledException or IOException, failure?.ToString());
                await cancelled;
                stopped.Set();
            },
        });
        using var call = fixture.Client.Chat();
        using var cancel = new CancellationTokenSource();
        var reading = call.ResponseStream.MoveNext(cancel.Token);
        await started.WaitAsync(fixture.Limit);
        await cancel.CancelAsync();
        await reading.FailsWithAsync(StatusCode.Cancelled);
        await stopped.WaitAsync(fixture.Limit);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Disposing_the_server_ends_every_call_with_a_reason(string transport)
    {
        var (started, cancelled) = (new Signal(), new Signal());
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = async (note, context) =>
            {
                var token = context.CancellationToken;
                started.Set();
                await token.Cancelled();
                cancelled.Set();
                return note;
            },
        });
        var call = fixture.Client.UnaryAsync(new Note()).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        using var chat = fixture.Client.Chat();
        await chat.RequestStream.WriteAsync(new Note());
        Assert.True(await chat.ResponseStream.MoveNext(fixture.Limit));
        var reading = chat.ResponseStream.MoveNext(fixture.Limit);
        using var waiting = fixture.Client.Collect();
        await waiting.RequestStream.WriteAsync(new Note());
        await fixture.StopServerAsync();
        await cancelled.WaitAsync(fixture.Limit);
        await call.FailsForItsConnectionAsync();
        await reading.FailsForItsConnectionAsync();
        await waiting.ResponseAsync.FailsForItsConnectionAsync();
        fixture.AssertNotStarted(await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.Unavailable));
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_calls_after_the_servers_end_are_told_the_first_reason(string transport)
    {
        await using var fixture = await ZmtpFixture.StartAsync(transport);
        await fixture.Client.UnaryAsync(new Note());
        await fixture.StopServerAsync();
        var closed = await fixture.Channel.Closed.WaitAsync(fixture.Limit);
        Assert.Equal(StatusCode.Unavailable, closed.StatusCode);
        var later = await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.Unavailable);
        Assert.Equal(closed.Detail, later.Status.Detail);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_lost_client_cancels_the_services_it_called(string transport)
    {
        var (started, cancelled) = (new Signal(), new Signal());
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnChat = async (_, _, context) =>
            {
                started.Set();
                await context.CancellationToken.Cancelled();
                cancelled.Set();
            },
        });
        using var call = fixture.Client.Chat();
        await started.WaitAsync(fixture.Limit);
        await fixture.LoseClientAsync();
        await cancelled.WaitAsync(fixture.Limit);
        await Failures.ReadingADisposedCallAsync(call.ResponseStream, fixture.ChannelDisposed);
    }
}
