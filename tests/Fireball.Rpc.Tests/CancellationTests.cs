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
        Assert.True(NotStarted.Applies(await call.FailsWithAsync(StatusCode.Cancelled)));
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
        await call.ResponseStream.MoveNext(fixture.Limit).FailsWithAsync(StatusCode.Cancelled);
        await fixture.Client.UnaryAsync(new Note(), cancellationToken: fixture.Limit);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Cancelling_a_read_cancels_the_call(string transport)
    {
        var stopped = new Signal();
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnChat = async (notes, _, context) =>
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => notes.MoveNext(CancellationToken.None));
                Assert.True(context.CancellationToken.IsCancellationRequested);
                stopped.Set();
            },
        });
        using var call = fixture.Client.Chat();
        using var cancel = new CancellationTokenSource();
        var reading = call.ResponseStream.MoveNext(cancel.Token);
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
        await fixture.Server.DisposeAsync();
        await cancelled.WaitAsync(fixture.Limit);
        await call.FailsWithAsync(StatusCode.Unavailable);
        var closed = await fixture.Channel.Closed.WaitAsync(fixture.Limit);
        Assert.Equal(StatusCode.Unavailable, closed.StatusCode);
        var later = await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.Unavailable);
        Assert.Equal(closed.Detail, later.Status.Detail);
        Assert.True(NotStarted.Applies(later));
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
        await fixture.Channel.DisposeAsync();
        await cancelled.WaitAsync(fixture.Limit);
        await call.ResponseStream.MoveNext(fixture.Limit).FailsWithAsync(StatusCode.Unavailable);
    }
}
