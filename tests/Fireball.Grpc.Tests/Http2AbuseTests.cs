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
            for (var i = 0; i < 1000 && await peer.FlushAsync(); i++)
            {
                peer.Write(Http2Peer.Continuation, 0, 1, BigBlock);
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

    [Fact(Timeout = 60_000)]
    public async Task Giant_headers()
    {
        // 16 MiB of fields in whole frames, each block far beyond the 32 KiB that Kestrel takes.
        await AnswersMeanwhileAsync(async () =>
        {
            for (var i = 0; i < 16; i++)
            {
                using var peer = await Http2Peer.ConnectAsync(ours.Server.SocketPath);
                var reading = peer.ReadToEndAsync();
                peer.Write(Http2Peer.Headers, Http2Peer.EndStream, 1, Http2Peer.RequestHeaders(EmptyCall));
                for (var frame = 0; frame < 64 && await peer.FlushAsync(); frame++)
                {
                    peer.Write(Http2Peer.Continuation, frame == 63 ? Http2Peer.EndHeaders : (byte)0, 1, BigBlock);
                }

                await peer.FlushAsync();
                await reading;
            }
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task A_header_that_unpacks_to_much_more()
    {
        // One entry of 4,000 bytes in the dynamic table, then an index to it (RFC 7541, 6.1) 10,000 times: 40 MB of fields.
        byte[] entry = [0x40, 3, (byte)'x', (byte)'-', (byte)'0', 0x7f, 0xa1, 0x1e, .. Enumerable.Repeat((byte)'a', 4000)];
        byte[] block = [.. Http2Peer.RequestHeaders(EmptyCall), .. entry, .. Enumerable.Repeat((byte)0xbe, 10_000)];
        await AnswersMeanwhileAsync(async () =>
        {
            using var peer = await Http2Peer.ConnectAsync(ours.Server.SocketPath);
            peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders | Http2Peer.EndStream, 1, block);
            await peer.FlushAsync();
            Http2Frame? answer;
            do
            {
                answer = await peer.ReadFrameAsync();
            }
            while (answer is { Type: Http2Peer.Settings or Http2Peer.WindowUpdate });

            Assert.True(answer is null or { Type: Http2Peer.GoAway or Http2Peer.ResetStream }, answer?.ToString());
        });
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Http2Peer.Settings, 0)]
    [InlineData(Http2Peer.Ping, 8)]
    public async Task A_flood_of_frames_that_want_an_answer_each(byte type, int length)
    {
        // The answers are not read (CVE-2019-9512, 9515).
        using var peer = await Http2Peer.ConnectAsync(ours.Server.SocketPath);
        using var patience = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            var frame = new byte[length];
            for (var i = 0; i < 200; i++)
            {
                for (var j = 0; j < 1000; j++)
                {
                    peer.Write(type, 0, 0, frame);
                }

                if (!await peer.FlushAsync(patience.Token))
                {
                    break;
                }
            }
        });
        await AnswersMeanwhileAsync(() => Task.CompletedTask);
        // A server that stops reading is as good as one that closes.
        await patience.CancelAsync();
        await flood;
        await AnswersMeanwhileAsync(() => Task.CompletedTask);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_flood_of_empty_DATA()
    {
        // CVE-2019-9518.
        using var peer = await Http2Peer.ConnectAsync(ours.Server.SocketPath);
        var reading = peer.ReadToEndAsync();
        await AnswersMeanwhileAsync(async () =>
        {
            peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders, 1, Http2Peer.RequestHeaders("/grpc.testing.TestService/StreamingInputCall"));
            var open = true;
            for (var i = 0; i < 100_000 && open; i++)
            {
                peer.Write(Http2Peer.Data, 0, 1, []);
                if (i % 1000 == 999)
                {
                    open = await peer.FlushAsync();
                }
            }
        });
        peer.Dispose();
        await reading.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <summary>100 literal fields of 100 bytes each, not indexed.</summary>
    private static byte[] BigBlock { get; } =
    [
        .. Enumerable.Repeat<byte[]>([0, 3, (byte)'x', (byte)'-', (byte)'0', 100, .. Enumerable.Repeat((byte)'a', 100)], 100)
            .SelectMany(bytes => bytes),
    ];

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
