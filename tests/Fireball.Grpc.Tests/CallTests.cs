using Google.Protobuf;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fireball.Grpc.Tests;

public sealed class CallTests
{
    private const int Generous = 30_000;

    [Theory(Timeout = Generous)]
    [InlineData(false, "Exception was thrown by handler.")]
    [InlineData(true, "Exception was thrown by handler. InvalidOperationException: the words")]
    public async Task What_a_service_throws_is_unknown_and_its_words_are_told_only_where_asked_for(bool detailed, string detail)
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeService { Unary = (_, _) => throw new InvalidOperationException("the words") },
            options => options.EnableDetailedErrors = detailed);
        var thrown = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryCallAsync(new SimpleRequest()).ResponseAsync);
        Assert.Equal(StatusCode.Unknown, thrown.StatusCode);
        Assert.Equal(detail, thrown.Status.Detail);
    }

    [Fact(Timeout = Generous)]
    public async Task The_trailers_of_a_thrown_status_reach_the_client()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = (_, _) => throw new RpcException(
                new Status(StatusCode.FailedPrecondition, "100 % wrong\n"), new Metadata { { "phase", "connect" }, { "raw-bin", [0, 255] } }),
        });
        using var call = server.Client.UnaryCallAsync(new SimpleRequest());
        var thrown = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal("100 % wrong\n", thrown.Status.Detail);
        Assert.Equal("connect", thrown.Trailers.GetValue("phase"));
        Assert.Equal([0, 255], thrown.Trailers.GetValueBytes("raw-bin"));
        Assert.Equal(StatusCode.FailedPrecondition, call.GetStatus().StatusCode);
    }

    [Fact(Timeout = Generous)]
    [Trait("on", "stand-ins")] // The package's server fails on a binary key that comes twice.
    public async Task Metadata_keeps_order_repeats_and_bytes_both_ways()
    {
        Metadata? seen = null;
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = async (_, context) =>
            {
                seen = context.RequestHeaders;
                await context.WriteResponseHeadersAsync(new Metadata { { "a", "1" }, { "a", "2" } });
                context.ResponseTrailers.Add("b-bin", [255]);
                context.ResponseTrailers.Add("b-bin", [1, 2, 3, 4]);
                return new SimpleResponse();
            },
        });
        using var call = server.Client.UnaryCallAsync(
            new SimpleRequest(), new Metadata { { "x", "1" }, { "x", "2" }, { "y-bin", [0xff] }, { "y-bin", [0, 1, 2] } });
        await call;
        Assert.Equal(["1", "2"], seen!.GetAll("x").Select(entry => entry.Value).SelectMany(value => value.Split(", ")));
        Assert.Equal([[0xff], [0, 1, 2]], seen.GetAll("y-bin").Select(entry => entry.ValueBytes));
        Assert.Equal(["1", "2"], (await call.ResponseHeadersAsync).GetAll("a").Select(entry => entry.Value));
        Assert.Equal([[255], [1, 2, 3, 4]], call.GetTrailers().GetAll("b-bin").Select(entry => entry.ValueBytes));
    }

    [Fact(Timeout = Generous)]
    [Trait("on", "stand-ins")] // The package's server leaves empty values out.
    public async Task An_empty_value_is_metadata_too()
    {
        Metadata? seen = null;
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = (_, context) =>
            {
                seen = context.RequestHeaders;
                context.ResponseTrailers.Add("b-bin", []);
                context.ResponseTrailers.Add("c", "");
                return Task.FromResult(new SimpleResponse());
            },
        });
        using var call = server.Client.UnaryCallAsync(new SimpleRequest(), new Metadata { { "x", "" }, { "y-bin", [] } });
        await call;
        Assert.Equal("", seen!.GetValue("x"));
        Assert.Equal([], seen.GetValueBytes("y-bin")!);
        Assert.Equal([], call.GetTrailers().GetValueBytes("b-bin")!);
        Assert.Equal("", call.GetTrailers().GetValue("c"));
    }

    [Fact(Timeout = Generous)]
    public async Task A_message_of_the_limit_passes_and_a_larger_one_does_not_in_each_direction()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = (request, _) => Task.FromResult(
                new SimpleResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[request.ResponseSize]) } }),
        });

        // The body's field and the payload's around it take 10 bytes of tags and lengths in a message of 4 MiB.
        const int largest = 4 * 1024 * 1024 - 10;
        Assert.Equal(largest, (await server.Client.UnaryCallAsync(new SimpleRequest { ResponseSize = largest })).Payload.Body.Length);
        await server.Client.UnaryCallAsync(
            new SimpleRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[largest]) } });
        var received = await Assert.ThrowsAsync<RpcException>(() =>
            server.Client.UnaryCallAsync(new SimpleRequest { ResponseSize = largest + 1 }).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, received.StatusCode);
        var sent = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryCallAsync(
            new SimpleRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[largest + 1]) } }).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, sent.StatusCode);
    }

    [Fact(Timeout = Generous)]
    public async Task A_message_beyond_the_limit_for_sending_is_not_sent()
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeService
            {
                Unary = (_, _) => Task.FromResult(new SimpleResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[200]) } }),
            },
            options => options.MaxSendMessageSize = 100,
            channel => channel.MaxSendMessageSize = 50);
        var request = new SimpleRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[60]) } };
        var client = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryCallAsync(request).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, client.StatusCode);
        var service = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryCallAsync(new SimpleRequest()).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, service.StatusCode);
    }

    [Fact(Timeout = Generous)]
    public async Task Gzip_is_used_in_both_directions_where_asked_for()
    {
        string? encoding = null;
        await using var server = await ProbeServer.StartAsync(
            new ProbeService
            {
                Unary = (request, context) =>
                {
                    encoding = context.GetHttpContext().Request.Headers["grpc-encoding"];
                    return Task.FromResult(new SimpleResponse { Payload = request.Payload });
                },
            },
            options => options.ResponseCompressionAlgorithm = "gzip");
        var request = new SimpleRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[100_000]) } };
        var response = await server.Client.UnaryCallAsync(request, new Metadata { { "grpc-internal-encoding-request", "gzip" } });
        Assert.Equal(request.Payload, response.Payload);
        Assert.Equal("gzip", encoding);

        using var raw = await server.Http.SendAsync(
            RawCall.Request("UnaryCall", RawCall.Message(0, request.ToByteArray()), ("grpc-accept-encoding", "identity, gzip")),
            CancellationToken.None);
        var body = await raw.Content.ReadAsByteArrayAsync();
        Assert.Equal("gzip", raw.Headers.GetValues("grpc-encoding").Single());
        Assert.Equal(1, body[0]);
        Assert.InRange(body.Length, 6, 2000);
    }

    [Fact(Timeout = Generous)]
    public async Task A_slow_reader_of_one_call_holds_up_no_other_call_of_its_connection()
    {
        var chunk = new StreamingOutputCallResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[256 * 1024]) } };
        var written = 0;
        await using var server = await ProbeServer.StartAsync(new ProbeService
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
        using var slow = server.Client.StreamingOutputCall(new StreamingOutputCallRequest());
        Assert.True(await slow.ResponseStream.MoveNext());
        for (var i = 0; i < 200; i++)
        {
            await server.Client.UnaryCallAsync(new SimpleRequest());
        }

        // 100 MiB do not fit between the two: the service was held back.
        Assert.InRange(written, 1, 399);
        var read = 1;
        while (await slow.ResponseStream.MoveNext())
        {
            read++;
        }

        Assert.Equal(400, read);
    }

    [Fact(Timeout = Generous)]
    [Trait("on", "stand-ins")] // With Kestrel's own windows, which the package leaves, one stalled call can stop its connection.
    public async Task Services_that_do_not_read_hold_up_no_other_call_of_their_connection()
    {
        var release = new TaskCompletionSource();
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = (_, _) => Task.FromResult(new SimpleResponse()),
            Input = async (_, _) =>
            {
                await release.Task;
                return new StreamingInputCallResponse();
            },
        });
        var payload = new Payload { Body = ByteString.CopyFrom(new byte[64 * 1024]) };
        AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse>[] stalled =
            [.. Enumerable.Range(0, 10).Select(_ => server.Client.StreamingInputCall())];
        // 1 MiB each: more than a stream's window.
        var writing = stalled.Select(call => Task.Run(async () =>
        {
            for (var i = 0; i < 16; i++)
            {
                await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = payload });
            }
        })).ToArray();
        for (var i = 0; i < 100; i++)
        {
            await server.Client.UnaryCallAsync(new SimpleRequest { Payload = payload });
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
    public async Task A_thousand_calls_at_once_each_get_their_own_answer()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Unary = (request, _) => Task.FromResult(new SimpleResponse { Payload = request.Payload }),
        });
        var calls = Enumerable.Range(0, 1000).Select(async i =>
        {
            var payload = new Payload { Body = ByteString.CopyFromUtf8($"call {i}") };
            Assert.Equal(payload, (await server.Client.UnaryCallAsync(new SimpleRequest { Payload = payload })).Payload);
        });
        await Task.WhenAll(calls);
    }

    // The package's client may tell a write CANCELLED first; ours always tells the server's status.
    [Trait("on", "stand-ins")]
    [Fact(Timeout = Generous)]
    public async Task A_server_that_ends_early_stops_the_clients_writing_with_its_status()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeService
        {
            Input = (_, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "not you")),
        });
        using var call = server.Client.StreamingInputCall();
        var request = new StreamingInputCallRequest { Payload = new Payload { Body = ByteString.CopyFrom(new byte[64 * 1024]) } };
        var thrown = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(request);
            }
        });
        Assert.Equal(StatusCode.PermissionDenied, thrown.StatusCode);
        Assert.Equal("not you", (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).Status.Detail);
    }

    [Fact(Timeout = Generous)]
    public async Task An_unregistered_service_is_made_and_disposed_for_each_call()
    {
        var counter = new Counter();
        await using var server = await GrpcServer.StartAsync(
            routes => routes.MapGrpcService<CountedService>(), services: services => services.AddSingleton(counter));
        using var channel = GrpcClient.Open(server.SocketPath);
        var client = new TestService.TestServiceClient(channel);
        await client.EmptyCallAsync(new Empty());
        await client.EmptyCallAsync(new Empty());
        Assert.Equal(2, counter.Made);
        Assert.Equal(2, counter.Disposed);
    }

    [Fact]
    public void Mapping_without_AddGrpc_says_what_to_call()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRouting();
        var application = builder.Build();
        var thrown = Assert.Throws<InvalidOperationException>(() => application.MapGrpcService<InteropService>());
        Assert.Contains("AddGrpc", thrown.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Generous)]
    public async Task A_watcher_of_health_sees_each_change()
    {
        var health = new HealthServiceImpl();
        await using var server = await GrpcServer.StartAsync(
            routes => routes.MapGrpcService<HealthServiceImpl>(), services: services => services.AddSingleton(health));
        using var channel = GrpcClient.Open(server.SocketPath);
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest { Service = "a" });
        foreach (var status in new[]
        {
            HealthCheckResponse.Types.ServingStatus.ServiceUnknown,
            HealthCheckResponse.Types.ServingStatus.Serving,
            HealthCheckResponse.Types.ServingStatus.NotServing,
        })
        {
            if (status != HealthCheckResponse.Types.ServingStatus.ServiceUnknown)
            {
                health.SetStatus("a", status);
            }

            Assert.True(await watch.ResponseStream.MoveNext());
            Assert.Equal(status, watch.ResponseStream.Current.Status);
        }
    }

    public sealed class Counter
    {
        public int Made { get; set; }

        public int Disposed { get; set; }
    }

    public sealed class CountedService : TestService.TestServiceBase, IDisposable
    {
        private readonly Counter _counter;

        public CountedService(Counter counter)
        {
            _counter = counter;
            counter.Made++;
        }

        public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

        public void Dispose() => _counter.Disposed++;
    }
}
