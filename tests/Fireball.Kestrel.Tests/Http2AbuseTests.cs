using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Testing;

namespace Fireball.Kestrel.Tests;

/// <summary>What a bad peer does to HTTP/2 costs its own connection only: a second client is answered meanwhile.</summary>
public sealed class Http2AbuseTests : IAsyncLifetime
{
    private AcceptingServer _server = null!;

    // RFC 9113, 7.
    private const int ProtocolError = 1;

    private const string EmptyCall = "/grpc.testing.TestService/EmptyCall";

    public async Task InitializeAsync() => _server = await AcceptingServer.StartAsync(new InteropService());

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact(Timeout = 60_000)]
    public async Task Ten_thousand_rapid_resets()
    {
        // CVE-2023-44487.
        using var peer = await Http2Peer.ConnectAsync(_server.SocketPath);
        var headers = Http2Peer.RequestHeaders(EmptyCall);
        var cancel = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(cancel, 8);
        var reading = peer.ReadToEndAsync();
        var sent = 0;
        await AnswersMeanwhileAsync(async () =>
        {
            while (sent < 10_000)
            {
                for (var i = 0; i < 100; i++, sent++)
                {
                    peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders, 2 * sent + 1, headers);
                    peer.Write(Http2Peer.ResetStream, 0, 2 * sent + 1, cancel);
                }

                if (!await peer.FlushAsync())
                {
                    break;
                }
            }
        });

        // Some have been sent, and the server has then closed this connection.
        Assert.InRange(sent, 200, 10_000);
        await reading;
    }

    [Fact(Timeout = 60_000)]
    public async Task Headers_without_end()
    {
        using var peer = await Http2Peer.ConnectAsync(_server.SocketPath);
        var reading = peer.ReadToEndAsync();
        await AnswersMeanwhileAsync(async () =>
        {
            peer.Write(Http2Peer.Headers, Http2Peer.EndStream, 1, Http2Peer.RequestHeaders(EmptyCall));
            for (var i = 0; i < 1000 && await peer.FlushAsync(); i++)
            {
                peer.Write(Http2Peer.Continuation, 0, 1, BigBlock);
            }
        });
        Assert.Equal(ProtocolError, (await reading).GoAway);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_window_that_stays_shut()
    {
        // SETTINGS_INITIAL_WINDOW_SIZE (4) of 0: no byte of a response's body may be sent.
        using var peer = await Http2Peer.ConnectAsync(_server.SocketPath, (4, 0));
        var reading = peer.ReadToEndAsync();
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
        await _server.StopAsync(new CancellationToken(canceled: true));
        var received = await reading;
        Assert.Equal((100, 0), (received.Headers, received.DataBytes));
    }

    [Fact(Timeout = 60_000)]
    public async Task Giant_headers()
    {
        // 16 MiB of fields in whole frames, each block far beyond the 32 KiB that Kestrel takes.
        await AnswersMeanwhileAsync(async () =>
        {
            for (var i = 0; i < 16; i++)
            {
                using var peer = await Http2Peer.ConnectAsync(_server.SocketPath);
                var reading = peer.ReadToEndAsync();
                peer.Write(Http2Peer.Headers, Http2Peer.EndStream, 1, Http2Peer.RequestHeaders(EmptyCall));
                for (var frame = 0; frame < 64 && await peer.FlushAsync(); frame++)
                {
                    peer.Write(Http2Peer.Continuation, frame == 63 ? Http2Peer.EndHeaders : (byte)0, 1, BigBlock);
                }

                await peer.FlushAsync();
                Assert.Equal(ProtocolError, (await reading).GoAway);
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
            using var peer = await Http2Peer.ConnectAsync(_server.SocketPath);
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
        using var peer = await Http2Peer.ConnectAsync(_server.SocketPath);
        using var patience = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            var frame = new byte[length];
            var sent = 0;
            for (; sent < 200; sent++)
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

            return sent;
        });
        await AnswersMeanwhileAsync(() => Task.CompletedTask);
        // A server that stops reading is as good as one that closes.
        await patience.CancelAsync();
        Assert.InRange(await flood, 5, 200);
        await AnswersMeanwhileAsync(() => Task.CompletedTask);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_flood_of_empty_DATA()
    {
        // CVE-2019-9518.
        using var peer = await Http2Peer.ConnectAsync(_server.SocketPath);
        var reading = peer.ReadToEndAsync();
        var sent = true;
        await AnswersMeanwhileAsync(async () =>
        {
            peer.Write(Http2Peer.Headers, Http2Peer.EndHeaders, 1, Http2Peer.RequestHeaders("/grpc.testing.TestService/StreamingInputCall"));
            for (var i = 0; i < 100_000 && sent; i++)
            {
                peer.Write(Http2Peer.Data, 0, 1, []);
                sent = i % 1000 != 999 || await peer.FlushAsync();
            }
        });
        peer.Dispose();

        // The server has taken it all, or has given up this connection.
        Assert.True(sent || (await reading).GoAway is not null);
    }

    /// <summary>100 literal fields of 100 bytes each, not indexed.</summary>
    private static byte[] BigBlock { get; } =
    [
        .. Enumerable.Repeat<byte[]>([0, 3, (byte)'x', (byte)'-', (byte)'0', 100, .. Enumerable.Repeat((byte)'a', 100)], 100)
            .SelectMany(bytes => bytes),
    ];

    private async Task AnswersMeanwhileAsync(Func<Task> abuse)
    {
        using var channel = GrpcClient.Open(_server.SocketPath);
        var client = new TestService.TestServiceClient(channel);
        await client.EmptyCallAsync(new Empty());
        var abusing = Task.Run(abuse);
        for (var i = 0; i < 100 || !abusing.IsCompleted; i++)
        {
            await client.EmptyCallAsync(new Empty());
        }

        await abusing;
        using var another = GrpcClient.Open(_server.SocketPath);
        await new TestService.TestServiceClient(another).EmptyCallAsync(new Empty());
    }
}
