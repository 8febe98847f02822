using Grpc.Testing;
using static Fireball.Grpc.Tests.Http2Peer;

namespace Fireball.Grpc.Tests;

/// <summary>
/// The server by RFC 9113 and RFC 7541, as h2spec looks at servers in its sections generic, http2 and hpack: what is
/// allowed is served, what is forbidden is told and costs only its own connection.
/// </summary>
public sealed class Http2ConformanceTests(InteropServerFixture ours) : IClassFixture<InteropServerFixture>
{
    private const int Generous = 30_000;
    private const string EmptyCall = "/grpc.testing.TestService/EmptyCall";

    public static TheoryData<string> Violations => [.. Http2Violations.All.Keys];

    public static TheoryData<string> Requests => [.. Allowed.Keys];

    public static TheoryData<string> Ignorable => [.. Ignored.Keys];

    /// <summary>A call of an empty message on stream 1, in every way that it can be sent.</summary>
    private static Dictionary<string, Http2Frame[]> Allowed => new()
    {
        ["HEADERS, DATA"] = [Head(), Body(EndStream)],
        ["HEADERS, DATA, empty DATA at the end"] = [Head(), Body(0), new(Data, EndStream, 1, [])],
        ["HEADERS, DATA, trailers"] = [Head(), Body(0), new(Headers, EndHeaders | EndStream, 1, HeaderBlock(("x-end", "1")))],
        ["padded"] = [new(Headers, EndHeaders | Padded, 1, [3, .. Block, 0, 0, 0]), new(Data, EndStream | Padded, 1, [2, 0, 0, 0, 0, 0, 0, 0])],
        ["with a priority"] = [new(Headers, EndHeaders | WithPriority, 1, [0, 0, 0, 0, 16, .. Block]), Body(EndStream)],
        ["PRIORITY before"] = [new(Priority, 0, 1, [0, 0, 0, 0, 16]), Head(), Body(EndStream)],
        ["CONTINUATION twice"] =
        [
            new(Headers, 0, 1, Block[..10]), new(Continuation, 0, 1, Block[10..20]), new(Continuation, EndHeaders, 1, Block[20..]),
            Body(EndStream),
        ],
        ["a byte in each DATA"] = [Head(), .. RawCall.EmptyMessage.Select(b => new Http2Frame(Data, 0, 1, [b])), new(Data, EndStream, 1, [])],
        ["windows opened between"] = [Head(), new(WindowUpdate, 0, 1, [0, 1, 0, 0]), new(WindowUpdate, 0, 0, [0, 1, 0, 0]), Body(EndStream)],
        ["another call reset before"] = [Head(), new(ResetStream, 0, 1, [0, 0, 0, 8]), Head() with { Stream = 3 }, Body(EndStream) with { Stream = 3 }],
        ["HPACK 6.1 indexed"] = [new(Headers, EndHeaders, 1, [0x83, 0x86, .. Rest]), Body(EndStream)],
        ["HPACK 6.2.1 with incremental indexing"] = [new(Headers, EndHeaders, 1, [0x83, 0x86, .. Rest, 0x40, 1, (byte)'x', 1, (byte)'y', 0xbe]), Body(EndStream)],
        ["HPACK 6.2.3 never indexed"] = [new(Headers, EndHeaders, 1, [0x83, 0x86, .. Rest, 0x10, 1, (byte)'x', 1, (byte)'y']), Body(EndStream)],
        ["HPACK 6.3 a table size update"] = [new(Headers, EndHeaders, 1, [0x20, 0x3f, 0xe1, 0x1f, 0x83, 0x86, .. Rest]), Body(EndStream)],
        ["HPACK 5.2 Huffman"] = [new(Headers, EndHeaders, 1, [0x83, 0x86, .. Rest, 0, 1, (byte)'x', 0x81, 0x1f]), Body(EndStream)],
    };

    /// <summary>What a receiver has to ignore.</summary>
    private static Dictionary<string, Http2Frame> Ignored => new()
    {
        ["4.1 an unknown frame"] = new(0xbe, 0, 0, new byte[8]),
        ["4.1 an unknown frame on an idle stream"] = new(0xbe, 0, 7, new byte[8]),
        ["4.1 flags that a frame does not have"] = new(Settings, 0xfe, 0, SettingsPayload((3, 100))),
        ["4.1 the reserved bit of a stream"] = new(WindowUpdate, 0, int.MinValue, [0, 0, 1, 0]),
        ["6.5.2 an unknown setting"] = new(Settings, 0, 0, SettingsPayload((0xbe, 1))),
        ["6.7 an answer to no PING"] = new(Ping, Ack, 0, new byte[8]),
        ["6.3 PRIORITY of an idle stream"] = new(Priority, 0, 9, [0, 0, 0, 0, 16]),
    };

    private static byte[] Block => RequestHeaders(EmptyCall);

    /// <summary>The fields after method and scheme.</summary>
    private static byte[] Rest => HeaderBlock(RequestFields(EmptyCall)[2..]);

    [Theory(Timeout = Generous)]
    [MemberData(nameof(Violations))]
    public async Task What_is_forbidden_is_answered_by_its_error(string name)
    {
        var violation = Http2Violations.All[name];
        using var peer = await ConnectAsync(ours.Server.SocketPath);
        foreach (var frame in violation.Frames)
        {
            peer.Write(frame);
        }

        await peer.FlushAsync();
        Http2Frame? answer;
        do
        {
            answer = await peer.ReadFrameAsync();
        }
        while (answer is not null && answer.Type is not (GoAway or ResetStream));

        Assert.NotNull(answer);
        Assert.Equal(violation.ErrorCode, answer.ErrorCode);
        await OthersAreAnsweredAsync();
    }

    [Theory(Timeout = Generous)]
    [MemberData(nameof(Requests))]
    public async Task What_is_allowed_is_served(string name)
    {
        var frames = Allowed[name];
        using var peer = await ConnectAsync(ours.Server.SocketPath);
        foreach (var frame in frames)
        {
            peer.Write(frame);
        }

        Assert.True(await peer.FlushAsync());
        await EndsWellAsync(peer, frames[^1].Stream);
    }

    [Theory(Timeout = Generous)]
    [MemberData(nameof(Ignorable))]
    public async Task What_is_to_be_ignored_is(string name)
    {
        using var peer = await ConnectAsync(ours.Server.SocketPath);
        peer.Write(Ignored[name]);
        peer.Write(Head());
        peer.Write(Body(EndStream));
        Assert.True(await peer.FlushAsync());
        await EndsWellAsync(peer, stream: 1);
    }

    [Fact(Timeout = Generous)]
    public async Task A_PING_is_answered_with_its_data()
    {
        using var peer = await ConnectAsync(ours.Server.SocketPath);
        byte[] data = [1, 2, 3, 4, 5, 6, 7, 8];
        peer.Write(Ping, 0, 0, data);
        await peer.FlushAsync();
        Http2Frame? answer;
        do
        {
            answer = await peer.ReadFrameAsync();
        }
        while (answer is not null && answer.Type != Ping);

        Assert.Equal(Ack, answer!.Flags);
        Assert.Equal(data, answer.Payload);
    }

    [Theory(Timeout = Generous)]
    [InlineData("INVALID CONNECTION PREFACE\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")]
    public async Task Another_preface_closes_the_connection(string preface)
    {
        using var peer = await ConnectSilentlyAsync(ours.Server.SocketPath);
        peer.WriteRaw(System.Text.Encoding.ASCII.GetBytes(preface));
        await peer.FlushAsync();
        await peer.ReadToEndAsync();
        await OthersAreAnsweredAsync();
    }

    [Fact(Timeout = Generous)]
    public async Task Calls_beyond_those_allowed_at_once_are_refused_and_the_others_stay()
    {
        // 5.1.2; Kestrel allows 100.
        using var peer = await ConnectAsync(ours.Server.SocketPath);
        for (var i = 0; i <= 100; i++)
        {
            peer.Write(Headers, EndHeaders, 2 * i + 1, RequestHeaders("/grpc.testing.TestService/StreamingInputCall"));
        }

        await peer.FlushAsync();
        Http2Frame? answer;
        do
        {
            answer = await peer.ReadFrameAsync();
        }
        while (answer is not null && answer.Type is not (GoAway or ResetStream));

        const int RefusedStream = 7;
        Assert.Equal((ResetStream, 201, RefusedStream), (answer!.Type, answer.Stream, answer.ErrorCode));
        peer.Write(Data, EndStream, 1, []);
        await peer.FlushAsync();
        await EndsWellAsync(peer, stream: 1);
    }

    private static Http2Frame Head() => new(Headers, EndHeaders, 1, Block);

    private static Http2Frame Body(byte flags) => new(Data, flags, 1, RawCall.EmptyMessage);

    private static async Task EndsWellAsync(Http2Peer peer, int stream)
    {
        while (await peer.ReadFrameAsync() is { } frame)
        {
            if (frame is { Type: ResetStream } && frame.Stream != stream)
            {
                // The answer to the call that was reset before.
                continue;
            }

            Assert.True(frame.Type is not (GoAway or ResetStream), $"frame {frame.Type}, error {(frame.Payload.Length >= 4 ? frame.ErrorCode : 0)}");
            if (frame.Stream == stream && frame.EndsStream)
            {
                return;
            }
        }

        Assert.Fail("the connection was closed");
    }

    private async Task OthersAreAnsweredAsync()
    {
        using var channel = GrpcClient.Open(ours.Server.SocketPath);
        await new TestService.TestServiceClient(channel).EmptyCallAsync(new Empty());
    }
}
