using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Rpc.Tests;

public sealed class LimitTests
{
    private const int MiB = 1024 * 1024;

    public static TheoryData<string> All => Transports.All;

    [Theory, MemberData(nameof(All))]
    public async Task Messages_up_to_four_MiB_pass_and_larger_ones_fail_their_call(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = (note, _) => Task.FromResult(new Note { Number = note.Body.Length, Body = Body(note.Number) }),
        });
        var response = await fixture.Client.UnaryAsync(new Note { Body = Body(4 * MiB - 100), Number = 4 * MiB - 100 });
        Assert.Equal(4 * MiB - 100, response.Number);
        Assert.True(response.Body.Equals(Body(4 * MiB - 100)));

        var sent = await fixture.Client.UnaryAsync(new Note { Body = Body(4 * MiB) }).ResponseAsync.FailsWithAsync(StatusCode.ResourceExhausted);
        fixture.AssertNotStarted(sent);
        await fixture.Client.UnaryAsync(new Note { Number = 4 * MiB }).ResponseAsync.FailsWithAsync(StatusCode.ResourceExhausted);
        await fixture.Client.UnaryAsync(new Note());
    }

    [Theory, MemberData(nameof(All))]
    public async Task The_receivers_limit_holds_too(string transport)
    {
        await using (var fixture = await Fixture.StartAsync(transport, limits: new ProbeLimits { ServerMessageSize = 1000 }))
        {
            await fixture.Client.UnaryAsync(new Note { Body = Body(1001) }).ResponseAsync.FailsWithAsync(StatusCode.ResourceExhausted);
            await fixture.Client.UnaryAsync(new Note { Body = Body(900) });
        }

        await using (var fixture = await Fixture.StartAsync(
            transport,
            new ProbeService { OnUnary = (_, _) => Task.FromResult(new Note { Body = Body(1001) }) },
            new ProbeLimits { ClientMessageSize = 1000 }))
        {
            await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.ResourceExhausted);
        }
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task Over_ZMTP_calls_beyond_the_limit_are_refused_and_not_started(string transport)
    {
        var (release, started) = (new Signal(), new SemaphoreSlim(0));
        var runs = 0;
        await using var fixture = await ZmtpFixture.StartAsync(
            transport,
            new ProbeService
            {
                OnUnary = async (note, context) =>
                {
                    Interlocked.Increment(ref runs);
                    started.Release();
                    await release.WaitAsync(context.CancellationToken);
                    return note;
                },
            },
            new RpcOptions { MaxConcurrentCalls = 2 });
        var first = fixture.Client.UnaryAsync(new Note()).ResponseAsync;
        var second = fixture.Client.UnaryAsync(new Note()).ResponseAsync;
        await started.WaitAsync(fixture.Limit);
        await started.WaitAsync(fixture.Limit);
        var third = await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.ResourceExhausted);
        Assert.True(NotStarted.Applies(third));
        release.Set();
        await Task.WhenAll(first, second);
        await fixture.Client.UnaryAsync(new Note());
        Assert.Equal(3, runs);
    }

    private static ByteString Body(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
