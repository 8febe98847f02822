using Google.Protobuf;
using Grpc.Core;

namespace Fireball.Rpc.Tests;

public sealed class CallKindTests
{
    public static TheoryData<string> All => Transports.All;

    [Theory, MemberData(nameof(All))]
    public async Task A_unary_call_returns_the_response(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport);
        var response = await fixture.Client.UnaryAsync(new Note { Text = "hello", Number = 7 }, cancellationToken: fixture.Limit);
        Assert.Equal(new Note { Text = "hello", Number = 7 }, response);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_unary_call_may_block(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport);
        var response = await Task.Run(() => fixture.Client.Unary(new Note { Number = 7 }), fixture.Limit);
        Assert.Equal(7, response.Number);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_client_streaming_call_collects_all_requests(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport);
        using var call = fixture.Client.Collect(cancellationToken: fixture.Limit);
        for (var i = 1; i <= 100; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Number = i, Text = "x" });
        }

        await call.RequestStream.CompleteAsync();
        var response = await call;
        Assert.Equal(5050, response.Number);
        Assert.Equal(100, response.Text.Length);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_server_streaming_call_delivers_all_responses_in_order(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport);
        using var call = fixture.Client.Count(new Note { Number = 1000 }, cancellationToken: fixture.Limit);
        var expected = 0;
        await foreach (var note in call.ResponseStream.ReadAllAsync(fixture.Limit))
        {
            Assert.Equal(++expected, note.Number);
        }

        Assert.Equal(1000, expected);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_duplex_call_is_a_conversation(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport);
        using var call = fixture.Client.Chat(cancellationToken: fixture.Limit);
        for (var i = 0; i < 50; i++)
        {
            await call.RequestStream.WriteAsync(new Note { Number = i });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(i, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_stream_without_messages_ends(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport);
        using var call = fixture.Client.Chat(cancellationToken: fixture.Limit);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        // The gRPC package shows HTTP's own headers too.
        Assert.DoesNotContain([.. await call.ResponseHeadersAsync, .. call.GetTrailers()], entry => entry.Key is not ("date" or "server"));
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_large_message_arrives_byte_exact(string transport)
    {
        await using var fixture = await Fixture.StartAsync(transport);
        var body = new byte[1_000_000];
        new Random(3).NextBytes(body);
        var response = await fixture.Client.UnaryAsync(
            new Note { Body = UnsafeByteOperations.UnsafeWrap(body) }, cancellationToken: fixture.Limit);
        Assert.True(response.Body.Span.SequenceEqual(body));
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_thousand_calls_at_once_get_each_their_own_answer(string transport)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = 0;
        await using var fixture = await Fixture.StartAsync(transport, new ProbeService
        {
            OnUnary = async (note, _) =>
            {
                if (Interlocked.Increment(ref count) == 1000)
                {
                    arrived.SetResult();
                }

                await arrived.Task;
                return note;
            },
        });
        var calls = Enumerable.Range(0, 1000)
            .Select(i => fixture.Client.UnaryAsync(new Note { Number = i }, cancellationToken: fixture.Limit).ResponseAsync)
            .ToArray();
        var responses = await Task.WhenAll(calls);
        Assert.Equal(Enumerable.Range(0, 1000), responses.Select(response => response.Number));
    }
}
