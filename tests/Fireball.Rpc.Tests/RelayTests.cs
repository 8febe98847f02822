using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Rpc.Tests;

/// <summary>A client, two relays over ZMTP that know no method, and behind them the service, on any transport.</summary>
public sealed class RelayTests
{
    public static TheoryData<string> All => Transports.All;

    [Theory, MemberData(nameof(All))]
    public async Task Every_call_kind_passes(string transport)
    {
        await using var chain = await ChainAsync(transport, new ProbeService());
        var client = chain.Client;
        Assert.Equal(7, (await client.UnaryAsync(new Note { Number = 7 }, cancellationToken: chain.Limit)).Number);
        using var collect = client.Collect(cancellationToken: chain.Limit);
        for (var i = 1; i <= 10; i++)
        {
            await collect.RequestStream.WriteAsync(new Note { Number = i });
        }

        await collect.RequestStream.CompleteAsync();
        Assert.Equal(55, (await collect).Number);
        using var count = client.Count(new Note { Number = 500 }, cancellationToken: chain.Limit);
        Assert.Equal(500, await count.ResponseStream.ReadAllAsync(chain.Limit).CountAsync());
        using var chat = client.Chat(cancellationToken: chain.Limit);
        for (var i = 0; i < 20; i++)
        {
            await chat.RequestStream.WriteAsync(new Note { Number = i });
            Assert.True(await chat.ResponseStream.MoveNext(chain.Limit));
            Assert.Equal(i, chat.ResponseStream.Current.Number);
        }

        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(chain.Limit));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Headers_trailers_and_status_pass(string transport)
    {
        await using var chain = await ChainAsync(transport, new ProbeService
        {
            OnUnary = async (note, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "seen-host", context.RequestHeaders.GetValue("fireball-host")! } });
                context.ResponseTrailers.Add("end-bin", [1, 2]);
                return note.Number == 0 ? note : throw new RpcException(new Status(StatusCode.DataLoss, "lost"), new Metadata { { "why", "x" } });
            },
        });
        var headers = new Metadata { { "fireball-host", "web1" } };
        using var call = chain.Client.UnaryAsync(new Note(), headers);
        await call;
        Assert.Equal("web1", (await call.ResponseHeadersAsync).GetValue("seen-host"));
        Assert.Equal([1, 2], call.GetTrailers().GetValueBytes("end-bin"));
        var failure = await chain.Client.UnaryAsync(new Note { Number = 1 }, headers).ResponseAsync.FailsWithAsync(StatusCode.DataLoss);
        Assert.Equal("lost", failure.Status.Detail);
        Assert.Equal("x", failure.Trailers.GetValue("why"));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Headers_pass_before_any_response(string transport)
    {
        await using var chain = await ChainAsync(transport, new ProbeService
        {
            OnChat = async (notes, _, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "first", "1" } });
                await notes.MoveNext(context.CancellationToken);
            },
        });
        using var call = chain.Client.Chat(cancellationToken: chain.Limit);
        Assert.Equal("1", (await call.ResponseHeadersAsync).GetValue("first"));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Cancelling_passes(string transport)
    {
        var (started, cancelled) = (new Signal(), new Signal());
        await using var chain = await ChainAsync(transport, new ProbeService
        {
            OnChat = async (_, _, context) =>
            {
                started.Set();
                await context.CancellationToken.Cancelled();
                cancelled.Set();
            },
        });
        var call = chain.Client.Chat();
        await started.WaitAsync(chain.Limit);
        call.Dispose();
        await cancelled.WaitAsync(chain.Limit);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Deadlines_pass(string transport)
    {
        DateTime? deadline = null;
        await using var chain = await ChainAsync(transport, new ProbeService
        {
            OnUnary = (note, context) =>
            {
                deadline = context.Deadline;
                return Task.FromResult(note);
            },
        });
        var wanted = DateTime.UtcNow.AddHours(1);
        await chain.Client.UnaryAsync(new Note(), deadline: wanted);
        Assert.InRange(deadline!.Value, wanted.AddMinutes(-1), wanted.AddMinutes(1));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Back_pressure_passes(string transport)
    {
        // The last hop's window takes 256 KiB; those of the relays, which read fast, may have grown to 4 MiB each; and
        // a relay holds one message and has taken the next. A last hop over HTTP/2 may have grown to 16 MiB.
        const int MostUnread = 4 + 2 * (64 + 2) + 256;
        const int Chunks = 600;
        var chunk = ByteString.CopyFrom(new byte[64 * 1024]);
        var (written, full) = (0, new Signal());
        await using var chain = await ChainAsync(transport, new ProbeService
        {
            OnCount = async (_, writer, context) =>
            {
                for (var i = 0; i < Chunks; i++)
                {
                    await writer.WriteAsync(new Note { Body = chunk }, context.CancellationToken);
                    if (Interlocked.Increment(ref written) == 4)
                    {
                        full.Set();
                    }
                }
            },
        });
        using var slow = chain.Client.Count(new Note());
        await full.WaitAsync(chain.Limit);
        for (var i = 0; i < 20; i++)
        {
            await chain.Client.UnaryAsync(new Note { Body = chunk });
        }

        Assert.InRange(Volatile.Read(ref written), 4, MostUnread);
        Assert.Equal(Chunks, await slow.ResponseStream.ReadAllAsync(chain.Limit).CountAsync());
    }

    [Theory, MemberData(nameof(Transports.Zmtp), MemberType = typeof(Transports))]
    public async Task What_the_relay_does_not_know_is_UNIMPLEMENTED_and_what_it_refuses_has_its_status(string transport)
    {
        await using var fixture = await ZmtpFixture.StartAsync(transport, relay: (method, headers, _) =>
            headers.Get("fireball-host") is null
                ? default
                : throw new RpcException(new Status(StatusCode.NotFound, "no host " + headers.GetValue("fireball-host"))));
        var unknown = await fixture.Client.UnaryAsync(new Note()).ResponseAsync.FailsWithAsync(StatusCode.Unimplemented);
        Assert.True(NotStarted.Applies(unknown));
        var refused = await fixture.Client.UnaryAsync(new Note(), new Metadata { { "fireball-host", "web9" } })
            .ResponseAsync.FailsWithAsync(StatusCode.NotFound);
        Assert.Equal("no host web9", refused.Status.Detail);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_lost_hop_ends_the_calls_through_it(string transport)
    {
        var started = new Signal();
        await using var chain = await ChainAsync(transport, new ProbeService
        {
            OnChat = async (_, _, context) =>
            {
                started.Set();
                await context.CancellationToken.Cancelled();
            },
        });
        using var call = chain.Client.Chat();
        await started.WaitAsync(chain.Limit);
        await chain.Origin.StopServerAsync();
        await call.ResponseStream.MoveNext(chain.Limit).FailsForItsConnectionAsync();
    }

    private static async Task<Chain> ChainAsync(string transport, ProbeService service)
    {
        var origin = await Fixture.StartAsync(transport, service);
        var hop = Transports.IsGrpc(transport) ? "socket" : transport;
        var second = await ZmtpFixture.StartAsync(hop, relay: (_, _, _) => new(origin.Invoker));
        var first = await ZmtpFixture.StartAsync(hop, relay: (_, _, _) => new(second.Invoker));
        return new Chain(origin, second, first);
    }

    private sealed record Chain(Fixture Origin, ZmtpFixture Second, ZmtpFixture First) : IAsyncDisposable
    {
        public Probe.ProbeClient Client => First.Client;

        public CancellationToken Limit => First.Limit;

        public async ValueTask DisposeAsync()
        {
            await First.DisposeAsync();
            await Second.DisposeAsync();
            await Origin.DisposeAsync();
        }
    }
}
