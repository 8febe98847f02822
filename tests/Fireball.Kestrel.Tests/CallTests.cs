using Fireball.Linux;
using Google.Protobuf;
using Grpc.Testing;

namespace Fireball.Kestrel.Tests;

public sealed class CallTests
{
    private const int Generous = 60_000;

    [Theory(Timeout = Generous)]
    [MemberData(nameof(InteropCases.Names), MemberType = typeof(InteropCases))]
    public async Task Every_kind_of_call_works_over_a_socket(string name)
    {
        await using var server = await AcceptingServer.StartAsync(new InteropService());
        using var channel = server.Open();
        await InteropCases.All[name](channel.CreateCallInvoker());
    }

    [Theory(Timeout = Generous)]
    [InlineData("ping_pong")]
    [InlineData("custom_metadata")]
    [InlineData("server_streaming")]
    public async Task Calls_work_over_segments_of_one_byte(string name)
    {
        await using var server = await AcceptingServer.StartAsync(new InteropService(), stream =>
        {
            var segments = new OneByteStream(stream);
            return new StreamConnection(segments, segments, "a test");
        });
        using var channel = server.Open();
        await InteropCases.All[name](channel.CreateCallInvoker());
    }

    [Theory(Timeout = Generous)]
    [MemberData(nameof(InteropCases.Names), MemberType = typeof(InteropCases))]
    public async Task Every_kind_of_call_works_over_a_pair_of_pipes(string name)
    {
        await using var server = await AcceptingServer.StartAsync(new InteropService());
        using var pipes = new PipePair();
        Assert.True(server.Accepted.TryAdd(new StreamConnection(pipes.ServerInput, pipes.ServerOutput, "an ssh session")));
        using var channel = pipes.OpenChannel();
        await InteropCases.All[name](channel.CreateCallInvoker());
    }

    [Fact(Timeout = Generous)]
    public async Task Services_that_do_not_read_hold_up_no_other_call_of_their_connection()
    {
        var release = new TaskCompletionSource();
        await using var server = await AcceptingServer.StartAsync(new ProbeService
        {
            Unary = (_, _) => Task.FromResult(new SimpleResponse()),
            Input = async (_, _) =>
            {
                await release.Task;
                return new StreamingInputCallResponse();
            },
        });
        using var channel = server.Open();
        var client = new TestService.TestServiceClient(channel);
        var payload = new Payload { Body = ByteString.CopyFrom(new byte[64 * 1024]) };
        AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse>[] stalled =
            [.. Enumerable.Range(0, 4).Select(_ => client.StreamingInputCall())];
        // 2 MiB each, into a window of one.
        var writing = stalled.Select(call => Task.Run(async () =>
        {
            for (var i = 0; i < 32; i++)
            {
                await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = payload });
            }
        })).ToArray();
        for (var i = 0; i < 100; i++)
        {
            await client.UnaryCallAsync(new SimpleRequest { Payload = payload });
        }

        Assert.All(writing, task => Assert.False(task.IsCompleted));
        release.SetResult();
        foreach (var call in stalled)
        {
            await call;
            call.Dispose();
        }
    }

    [Fact(Timeout = Generous)]
    public async Task Large_streams_arrive_whole_in_both_directions()
    {
        await using var server = await AcceptingServer.StartAsync(new InteropService());
        using var channel = server.Open();
        var client = new TestService.TestServiceClient(channel);
        const int chunk = 256 * 1024;
        const int count = 400;
        using var call = client.FullDuplexCall();
        var sending = Task.Run(async () =>
        {
            var request = new StreamingOutputCallRequest
            {
                ResponseParameters = { new ResponseParameters { Size = chunk } },
                Payload = new Payload { Body = ByteString.CopyFrom(new byte[chunk]) },
            };
            for (var i = 0; i < count; i++)
            {
                await call.RequestStream.WriteAsync(request);
            }

            await call.RequestStream.CompleteAsync();
        });
        var received = 0L;
        while (await call.ResponseStream.MoveNext())
        {
            received += call.ResponseStream.Current.Payload.Body.Length;
        }

        await sending;
        Assert.Equal((long)chunk * count, received);
    }

    [Fact(Timeout = Generous)]
    public async Task A_slow_reader_makes_its_own_service_call_wait_and_no_other()
    {
        var chunk = new StreamingOutputCallResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[256 * 1024]) } };
        var written = 0;
        await using var server = await AcceptingServer.StartAsync(new ProbeService
        {
            Unary = (_, _) => Task.FromResult(new SimpleResponse()),
            Output = async (_, responses, _) =>
            {
                for (; written < 400; written++)
                {
                    await responses.WriteAsync(chunk);
                }
            },
        });
        using var channel = server.Open();
        var client = new TestService.TestServiceClient(channel);
        using var slow = client.StreamingOutputCall(new StreamingOutputCallRequest());
        Assert.True(await slow.ResponseStream.MoveNext());
        for (var i = 0; i < 200; i++)
        {
            await client.UnaryCallAsync(new SimpleRequest());
        }

        // 100 MiB do not fit between the two.
        Assert.InRange(written, 1, 399);
        var read = 1;
        while (await slow.ResponseStream.MoveNext())
        {
            read++;
        }

        Assert.Equal(400, read);
    }

    [Fact(Timeout = Generous)]
    public async Task A_call_finds_what_was_noted_of_its_connection()
    {
        var found = new List<string?>();
        await using var server = await AcceptingServer.StartAsync(
            new ProbeService
            {
                Unary = (_, context) =>
                {
                    var features = context.GetHttpContext().Features;
                    found.Add($"{features.Get<Note>()?.Text} of {features.Get<StreamConnection>()?.Peer}");
                    return Task.FromResult(new SimpleResponse());
                },
            },
            stream =>
            {
                var connection = new StreamConnection(stream, $"user {PeerIdentity.OwnUserId}");
                connection.Features.Set(new Note("a note"));
                return connection;
            });
        using var channel = server.Open();
        await new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest());
        Assert.Equal([$"a note of user {PeerIdentity.OwnUserId}"], found);
    }

    [Fact(Timeout = Generous)]
    public async Task Thousands_of_calls_at_once_beside_a_large_stream_each_get_their_own_answer()
    {
        var chunk = new StreamingOutputCallResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[64 * 1024]) } };
        await using var server = await AcceptingServer.StartAsync(new ProbeService
        {
            Unary = (request, _) => Task.FromResult(new SimpleResponse { Payload = request.Payload }),
            Output = async (_, responses, _) =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    await responses.WriteAsync(chunk);
                }
            },
        });
        using var channel = server.Open();
        var client = new TestService.TestServiceClient(channel);
        using var stream = client.StreamingOutputCall(new StreamingOutputCallRequest());
        var calls = Enumerable.Range(0, 5000).Select(async i =>
        {
            var payload = new Payload { Body = ByteString.CopyFromUtf8($"call {i}") };
            Assert.Equal(payload, (await client.UnaryCallAsync(new SimpleRequest { Payload = payload })).Payload);
        }).ToList();
        var chunks = 0;
        while (await stream.ResponseStream.MoveNext())
        {
            Assert.Equal(chunk, stream.ResponseStream.Current);
            chunks++;
        }

        await Task.WhenAll(calls);
        Assert.Equal(1000, chunks);
    }

    [Fact(Timeout = Generous)]
    public async Task Many_connections_at_once_are_each_served()
    {
        await using var server = await AcceptingServer.StartAsync(new InteropService());
        var clients = Enumerable.Range(0, 200).Select(async _ =>
        {
            using var channel = server.Open();
            var client = new TestService.TestServiceClient(channel);
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(314, (await client.UnaryCallAsync(new SimpleRequest { ResponseSize = 314 })).Payload.Body.Length);
            }
        });
        await Task.WhenAll(clients);
        Assert.Equal(200, server.Connections.Count);
        await Task.WhenAll(server.Connections.Select(connection => connection.Completion));
    }

    private sealed record Note(string Text);
}
