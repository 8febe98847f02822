using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Testing;

namespace Fireball.Grpc.Tests;

/// <summary>What a bad peer does to HTTP/2 costs its own connection only: a second client is answered meanwhile.</summary>
public sealed class Http2AbuseTests(InteropServerFixture ours) : IClassFixture<InteropServerFixture>
{
    private const string EmptyCall = "/grpc.testing.TestService/EmptyCall";

    [Fact(Timeout = 60_000)]
    public async Task Ten_thousand_rapid_resets()
    {
        // CVE-2023-44487.
        using var peer = await Http2Peer.ConnectAsync(ours.Server.SocketPath);
        var headers = Http2Peer.RequestHeaders(EmptyCall);
        var cancel = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(cancel, 8);
        var reading = peer.ReadToEndAsync();
        await AnswersMeanwhileAsync(async () =>
        {
            var open = true;
            for (var i = 0; i < 10_000 && open; i++)
            {
                peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders, 2 * i + 1, headers);
                peer.Write(Http2Peer.ResetStream, 0, 2 * i + 1, cancel);
                if (i % 100 == 99)
                {
                    open = await peer.FlushAsync();
                }
            }
        });
        await reading;
    }

    [Fact(Timeout = 60_000)]
    public async Task Headers_without_end()
    {
        using var peer = await Http2Peer.ConnectAsync(ours.Server.SocketPath);
        var reading = peer.ReadToEndAsync();
        await AnswersMeanwhileAsync(async () =>
        {
            peer.Write(Http2Peer.Headers, Http2Peer.EndStream, 1, Http2Peer.RequestHeaders(EmptyCall));
            // A literal field "x-0: 100 bytes", over and over, in CONTINUATION frames.
            byte[] field = [0, 3, (byte)'x', (byte)'-', (byte)'0', 100, .. Enumerable.Repeat((byte)'a', 100)];
            byte[] block = [.. Enumerable.Repeat(field, 100).SelectMany(bytes => bytes)];
            for (var i = 0; i < 1000 && await peer.FlushAsync(); i++)
            {
                peer.Write(Http2Peer.Continuation, 0, 1, block);
            }
        });
        await reading;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_window_that_stays_shut()
    {
        // SETTINGS_INITIAL_WINDOW_SIZE (4) of 0: no byte of a response's body may be sent.
        using var peer = await Http2Peer.ConnectAsync(ours.Server.SocketPath, (4, 0));
        var request = new SimpleRequest { ResponseSize = 1024 * 1024 }.ToByteArray();
        await AnswersMeanwhileAsync(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders, 2 * i + 1, Http2Peer.RequestHeaders("/grpc.testing.TestService/UnaryCall"));
                peer.Write(Http2Peer.Data, Http2Peer.EndStream, 2 * i + 1, RawCall.Message(0, request));
            }

            Assert.True(await peer.FlushAsync());
        });
    }

    private async Task AnswersMeanwhileAsync(Func<Task> abuse)
    {
        using var channel = GrpcClient.Open(ours.Server.SocketPath);
        var client = new TestService.TestServiceClient(channel);
        await client.EmptyCallAsync(new Empty());
        var abusing = Task.Run(abuse);
        for (var i = 0; i < 100 || !abusing.IsCompleted; i++)
        {
            await client.EmptyCallAsync(new Empty());
        }

        await abusing;
        using var another = GrpcClient.Open(ours.Server.SocketPath);
        await new TestService.TestServiceClient(another).EmptyCallAsync(new Empty());
    }
}
