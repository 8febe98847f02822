using Microsoft.Extensions.Time.Testing;
using Grpc.Core;

namespace Fireball.Rpc.Tests;

public sealed class DeadlineTests
{
    public static TheoryData<string> All => Transports.All;

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_the_client_ends_the_call_at_its_deadline_and_the_service_is_cancelled(string transport)
    {
        var (started, cancelled) = (new Signal(), new Signal());
        var clientTime = new FakeTimeProvider();
        await using var fixture = await ZmtpFixture.StartAsync(
            transport, Waiting(started, cancelled), new RpcOptions { TimeProvider = new FakeTimeProvider() }, new RpcOptions { TimeProvider = clientTime });
        var call = fixture.Client.UnaryAsync(new Note(), deadline: clientTime.GetUtcNow().UtcDateTime.AddSeconds(3)).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        clientTime.Advance(TimeSpan.FromSeconds(2.999));
        Assert.False(call.IsCompleted);
        clientTime.Advance(TimeSpan.FromSeconds(0.001));
        await call.FailsWithAsync(StatusCode.DeadlineExceeded);
        await cancelled.WaitAsync(fixture.Limit);
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_the_server_ends_the_call_at_the_deadline_by_its_own_clock(string transport)
    {
        var (started, cancelled) = (new Signal(), new Signal());
        var (clientTime, serverTime) = (new FakeTimeProvider(), new FakeTimeProvider());
        serverTime.Advance(TimeSpan.FromDays(1000));
        DateTime? deadline = null;
        var service = new ProbeService
        {
            OnUnary = async (note, context) =>
            {
                deadline = context.Deadline;
                return await Waiting(started, cancelled).OnUnary(note, context);
            },
        };
        await using var fixture = await ZmtpFixture.StartAsync(
            transport, service, new RpcOptions { TimeProvider = serverTime }, new RpcOptions { TimeProvider = clientTime });
        var call = fixture.Client.UnaryAsync(new Note(), deadline: clientTime.GetUtcNow().UtcDateTime.AddSeconds(3)).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        Assert.Equal(serverTime.GetUtcNow().UtcDateTime.AddSeconds(3), deadline);
        serverTime.Advance(TimeSpan.FromSeconds(3));
        await call.FailsWithAsync(StatusCode.DeadlineExceeded);
        await cancelled.WaitAsync(fixture.Limit);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_deadline_that_has_passed_sends_nothing(string transport)
    {
        var ran = false;
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = (note, _) =>
            {
                ran |= note.Number == 1;
                return Task.FromResult(note);
            },
        });
        var call = fixture.Client.UnaryAsync(new Note { Number = 1 }, deadline: DateTime.UtcNow.AddSeconds(-1)).ResponseAsync;
        var failure = await call.FailsWithAsync(StatusCode.DeadlineExceeded);
        fixture.AssertNotStarted(failure);
        await fixture.Client.UnaryAsync(new Note { Number = 2 });
        Assert.False(ran);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Without_a_deadline_a_service_sees_none(string transport)
    {
        var deadline = DateTime.MinValue;
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = (note, context) =>
            {
                deadline = context.Deadline;
                return Task.FromResult(note);
            },
        });
        await fixture.Client.UnaryAsync(new Note());
        Assert.Equal(DateTime.MaxValue, deadline);
        await fixture.Client.UnaryAsync(new Note(), deadline: DateTime.MaxValue);
        Assert.Equal(DateTime.MaxValue, deadline);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_call_ends_at_its_deadline_on_both_sides(string transport)
    {
        var (started, cancelled) = (new Signal(), new Signal());
        await using var fixture = await Fixture.StartAsync(transport, Waiting(started, cancelled));
        // Doubled until the service has seen the call: however busy the machine, it comes that far.
        for (var milliseconds = 50; !started.IsSet; milliseconds *= 2)
        {
            var call = fixture.Client.UnaryAsync(new Note(), deadline: DateTime.UtcNow.AddMilliseconds(milliseconds)).ResponseAsync;
            await call.FailsWithAsync(StatusCode.DeadlineExceeded);
        }

        await cancelled.WaitAsync(fixture.Limit);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_stream_ends_at_its_deadline(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnChat = (_, _, context) => context.CancellationToken.Cancelled(),
        });
        using var call = fixture.Client.Chat(deadline: DateTime.UtcNow.AddMilliseconds(50));
        await call.ResponseStream.MoveNext(fixture.Limit).FailsWithAsync(StatusCode.DeadlineExceeded);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_service_sees_the_deadline_of_its_call(string transport)
    {
        var seen = DateTime.MinValue;
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = (note, context) =>
            {
                seen = context.Deadline;
                return Task.FromResult(note);
            },
        });
        var deadline = DateTime.UtcNow.AddMinutes(10);
        await fixture.Client.UnaryAsync(new Note(), deadline: deadline);
        Assert.InRange(seen, deadline.AddSeconds(-30), deadline.AddSeconds(30));
    }

    private static ProbeService Waiting(Signal started, Signal cancelled) => new()
    {
        OnUnary = async (note, context) =>
        {
            var token = context.CancellationToken;
            started.Set();
            await token.Cancelled();
            cancelled.Set();
            return note;
        },
    };
}
