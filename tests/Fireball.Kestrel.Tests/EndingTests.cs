using Fireball.Linux;
using Google.Protobuf;
using Grpc.Testing;

namespace Fireball.Kestrel.Tests;

/// <summary>How connections end, and what the calls on them and the peers get to know of it.</summary>
public sealed class EndingTests
{
    private const int Generous = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(Timeout = Generous)]
    public async Task A_peer_that_dies_cancels_its_calls_and_no_others()
    {
        var probe = new HangingProbe();
        await using var server = await AcceptingServer.StartAsync(probe.Service);
        using var dying = server.Open();
        using var staying = server.Open();
        var client = new TestService.TestServiceClient(dying);
        using var call = client.StreamingInputCall();
        await probe.Entered.Task.WaitAsync(Patience);
        dying.Dispose();

        await probe.Cancelled.Task.WaitAsync(Patience);
        Assert.True(server.Connections.TryDequeue(out var connection));
        var told = new TaskCompletionSource();
        using var telling = connection.ConnectionClosed.Register(told.SetResult);
        await told.Task.WaitAsync(Patience);
        await connection.Completion.WaitAsync(Patience);
        await new TestService.TestServiceClient(staying).UnaryCallAsync(new SimpleRequest());
    }

    [Theory(Timeout = Generous)]
    [InlineData("StreamingInputCall")]
    [InlineData("FullDuplexCall")]
    public async Task A_deadline_that_passes_is_told_by_the_status_and_no_reset_with_an_error(string method)
    {
        // One has not answered before it, the other has sent a message.
        await using var server = await AcceptingServer.StartAsync(new InteropService());
        using var peer = await Http2Peer.ConnectAsync(server.SocketPath);
        byte[] headers = Http2Peer.HeaderBlock([.. Http2Peer.RequestFields($"/grpc.testing.TestService/{method}"), ("grpc-timeout", "200m")]);
        var request = new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = 1 } } };
        peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders, 1, headers);
        peer.Write(Http2Peer.Data, 0, 1, RawCall.Message(0, method == "FullDuplexCall" ? request.ToByteArray() : []));
        await peer.FlushAsync();

        var ended = false;
        Http2Frame frame;
        while ((frame = (await peer.ReadFrameAsync())!).Type != Http2Peer.ResetStream)
        {
            ended |= frame.EndsStream;
        }

        Assert.True(ended);
        Assert.Equal(0, frame.ErrorCode);
    }

    [Fact(Timeout = Generous)]
    public async Task A_peer_that_dies_while_it_does_not_read_is_seen_too()
    {
        var entered = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        var chunk = new StreamingOutputCallResponse { Payload = new Payload { Body = ByteString.CopyFrom(new byte[64 * 1024]) } };
        await using var server = await AcceptingServer.StartAsync(new ProbeService
        {
            Output = async (_, responses, context) =>
            {
                using var told = context.CancellationToken.Register(() => cancelled.TrySetResult());
                entered.SetResult();
                while (true)
                {
                    await responses.WriteAsync(chunk, context.CancellationToken);
                }
            },
        });
        using var peer = await Http2Peer.ConnectAsync(server.SocketPath, (4, int.MaxValue));
        peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders, 1, Http2Peer.RequestHeaders("/grpc.testing.TestService/StreamingOutputCall"));
        peer.Write(Http2Peer.Data, Http2Peer.EndStream, 1, RawCall.EmptyMessage);

        // The connection's window, 64 KiB to begin with, opened far wider than a socket's buffer.
        peer.Write(Http2Peer.WindowUpdate, 0, 0, [0x3f, 0xff, 0xff, 0xff]);
        Assert.True(await peer.FlushAsync());
        await entered.Task.WaitAsync(Patience);
        peer.Dispose();

        await cancelled.Task.WaitAsync(Patience);
        Assert.True(server.Connections.TryDequeue(out var connection));
        await connection.Completion.WaitAsync(Patience);
    }

    [Fact(Timeout = Generous)]
    public async Task An_aborted_connection_has_ended_whatever_Kestrel_makes_of_it()
    {
        // Kestrel does not serve it, as it does not end one that it has lost count of.
        var (input, output) = (new MemoryStream(), new MemoryStream());
        var connection = new StreamConnection(input, output, "peer");
        connection.Abort("the peer resets too much");
        await connection.Completion.WaitAsync(Patience);
        Assert.False(input.CanRead);
        Assert.False(output.CanWrite);
    }

    [Fact(Timeout = Generous)]
    public async Task An_aborted_connection_ends_for_both_sides()
    {
        var probe = new HangingProbe();
        await using var server = await AcceptingServer.StartAsync(probe.Service);
        using var channel = server.Open();
        using var call = new TestService.TestServiceClient(channel).StreamingInputCall();
        await probe.Entered.Task.WaitAsync(Patience);
        Assert.True(server.Connections.TryDequeue(out var connection));
        connection.Abort("no secret");

        var thrown = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.NotEqual(StatusCode.OK, thrown.StatusCode);
        await probe.Cancelled.Task.WaitAsync(Patience);
        await connection.Completion.WaitAsync(Patience);
        Assert.Equal("no secret", connection.AbortReason);
    }

    [Fact(Timeout = Generous)]
    public async Task Stopping_lets_calls_end_that_are_under_way()
    {
        var entered = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var server = await AcceptingServer.StartAsync(new ProbeService
        {
            Unary = async (_, _) =>
            {
                entered.SetResult();
                await goOn.Task;
                return new SimpleResponse { Payload = new Payload() };
            },
        });
        using var channel = server.Open();
        using var call = new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest());
        await entered.Task.WaitAsync(Patience);
        var stopping = server.StopAsync(CancellationToken.None);
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();

        Assert.NotNull((await call).Payload);
        await stopping.WaitAsync(Patience);
        Assert.True(server.Connections.TryDequeue(out var connection));
        await connection.Completion.WaitAsync(Patience);
    }

    [Fact(Timeout = Generous)]
    public async Task Stopping_ends_a_silent_connection_in_order()
    {
        await using var server = await AcceptingServer.StartAsync(new InteropService());
        using var peer = await Http2Peer.ConnectAsync(server.SocketPath);
        Assert.True(await peer.FlushAsync());
        Assert.NotNull(await peer.ReadFrameAsync());
        var reading = peer.ReadToEndAsync();
        await server.StopAsync(CancellationToken.None).WaitAsync(Patience);

        Assert.False((await reading.WaitAsync(Patience)).Reset);
    }

    [Fact(Timeout = Generous)]
    public async Task A_silent_connection_stays()
    {
        await using var server = await AcceptingServer.StartAsync(new InteropService());
        using var channel = server.Open();
        var client = new TestService.TestServiceClient(channel);
        await client.EmptyCallAsync(new Empty());
        Assert.True(server.Connections.TryDequeue(out var connection));

        // Kestrel looks for connections to close once a second.
        await Assert.ThrowsAsync<TimeoutException>(() => connection.Completion.WaitAsync(TimeSpan.FromSeconds(3)));
        await client.EmptyCallAsync(new Empty());
        Assert.Empty(server.Connections);
    }

    [Fact(Timeout = Generous)]
    public async Task After_the_stop_nothing_is_taken_any_more()
    {
        await using var server = await AcceptingServer.StartAsync(new InteropService());
        await server.StopAsync(CancellationToken.None);
        using var pipes = new PipePair();
        await using var late = new StreamConnection(pipes.ServerInput, pipes.ServerOutput, "late");
        Assert.False(server.Accepted.TryAdd(late));
    }

    [Fact(Timeout = Generous)]
    public async Task What_is_not_HTTP_2_is_closed_and_others_are_served()
    {
        await using var server = await AcceptingServer.StartAsync(new InteropService());
        using var rubbish = new ReactorStream(Reactor.Shared, UnixConnector.Connect(server.SocketPath));
        await rubbish.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var buffer = new byte[4096];
        while (await rubbish.ReadAsync(buffer) > 0)
        {
            // Until the end.
        }

        using var channel = server.Open();
        await new TestService.TestServiceClient(channel).EmptyCallAsync(new Empty());
    }

    private sealed class HangingProbe
    {
        public TaskCompletionSource Entered { get; } = new();

        public TaskCompletionSource Cancelled { get; } = new();

        public ProbeService Service => new()
        {
            Unary = (_, _) => Task.FromResult(new SimpleResponse()),
            Input = async (requests, context) =>
            {
                using var told = context.CancellationToken.Register(() => Cancelled.TrySetResult());
                Entered.SetResult();
                await requests.MoveNext();
                return new StreamingInputCallResponse();
            },
        };
    }
}
