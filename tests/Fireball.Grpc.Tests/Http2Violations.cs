using static Fireball.Grpc.Tests.Http2Peer;

namespace Fireball.Grpc.Tests;

/// <summary>
/// What RFC 9113 and RFC 7541 forbid a client, by section: frames after the preface and SETTINGS, and the error code
/// they are answered with (RFC 9113, 7), by RST_STREAM where the stream alone is at fault, else by GOAWAY.
/// </summary>
public static class Http2Violations
{
    private const int ProtocolError = 1;
    private const int InternalError = 2;
    private const int FlowControlError = 3;
    private const int StreamClosed = 5;
    private const int FrameSizeError = 6;
    private const int CompressionError = 9;

    private const string EmptyCall = "/grpc.testing.TestService/EmptyCall";
    private const string StreamingCall = "/grpc.testing.TestService/StreamingInputCall";

    /// <summary>SETTINGS_MAX_FRAME_SIZE's initial value, which Kestrel leaves.</summary>
    private const int MaxFrameSize = 16 * 1024;

    /// <summary>By name; the section comes first.</summary>
    public static IReadOnlyDictionary<string, Http2Violation> All { get; } = new Dictionary<string, Http2Violation>(StringComparer.Ordinal)
    {
        ["4.2 DATA beyond the frame size"] = new(FrameSizeError, Open(1), new(Data, 0, 1, new byte[MaxFrameSize + 1])),
        ["4.2 HEADERS beyond the frame size"] = new(FrameSizeError, new Http2Frame(Headers, EndHeaders, 1, new byte[MaxFrameSize + 1])),
        ["4.3 a header block that is none"] = new(CompressionError, new Http2Frame(Headers, EndHeaders, 1, [0x41])),
        ["4.3 PRIORITY inside a header block"] = new(ProtocolError, Begin(1), new(Priority, 0, 1, [0, 0, 0, 0, 1])),
        ["4.3 HEADERS of another stream inside a header block"] = new(ProtocolError, Begin(1), Open(3)),

        ["5.1 idle: DATA"] = new(ProtocolError, new Http2Frame(Data, EndStream, 1, [])),
        ["5.1 idle: RST_STREAM"] = new(ProtocolError, new Http2Frame(ResetStream, 0, 1, [0, 0, 0, 8])),
        ["5.1 idle: WINDOW_UPDATE"] = new(ProtocolError, new Http2Frame(WindowUpdate, 0, 1, [0, 0, 0, 8])),
        ["5.1 idle: CONTINUATION"] = new(ProtocolError, new Http2Frame(Continuation, EndHeaders, 1, Block(EmptyCall))),
        ["5.1 half-closed: DATA"] = new(StreamClosed, Open(1, EndStream), new(Data, EndStream, 1, [])),
        ["5.1 half-closed: HEADERS"] = new(StreamClosed, Open(1, EndStream), Open(1, EndStream)),
        ["5.1 half-closed: CONTINUATION"] = new(ProtocolError, Open(1, EndStream), new(Continuation, EndHeaders, 1, Block(EmptyCall))),
        ["5.1 closed: CONTINUATION"] = new(
            ProtocolError, Open(1), new(ResetStream, 0, 1, [0, 0, 0, 8]), new(Continuation, EndHeaders, 1, Block(EmptyCall))),
        ["5.1.1 an even stream"] = new(ProtocolError, Open(2)),
        // To Kestrel it is closed (5.1), by the opening of the later one.
        ["5.1.1 a stream below the last one"] = new(StreamClosed, Open(5), Open(3)),
        ["5.3.1 HEADERS that depend on themselves"] = new(
            ProtocolError, new Http2Frame(Headers, EndHeaders | WithPriority, 1, [0, 0, 0, 1, 16, .. Block(EmptyCall)])),
        ["5.3.1 PRIORITY that depends on itself"] = new(ProtocolError, new Http2Frame(Priority, 0, 1, [0, 0, 0, 1, 16])),
        ["5.5 an unknown frame inside a header block"] = new(ProtocolError, Begin(1), new(0xbe, 0, 1, [1])),

        ["6.1 DATA on stream 0"] = new(ProtocolError, new Http2Frame(Data, EndStream, 0, [1])),
        ["6.1 DATA with more padding than payload"] = new(ProtocolError, Open(1), new(Data, EndStream | Padded, 1, [9, 1])),
        ["6.2 HEADERS on stream 0"] = new(ProtocolError, Open(0)),
        ["6.2 HEADERS with more padding than payload"] = new(
            ProtocolError, new Http2Frame(Headers, EndHeaders | Padded, 1, [255, .. Block(EmptyCall)])),
        ["6.3 PRIORITY on stream 0"] = new(ProtocolError, new Http2Frame(Priority, 0, 0, [0, 0, 0, 1, 16])),
        ["6.3 PRIORITY of four bytes"] = new(FrameSizeError, new Http2Frame(Priority, 0, 1, [0, 0, 0, 1])),
        ["6.4 RST_STREAM on stream 0"] = new(ProtocolError, new Http2Frame(ResetStream, 0, 0, [0, 0, 0, 8])),
        ["6.4 RST_STREAM of three bytes"] = new(FrameSizeError, Open(1), new(ResetStream, 0, 1, [0, 0, 8])),
        ["6.5 SETTINGS acknowledged with a payload"] = new(FrameSizeError, new Http2Frame(Settings, Ack, 0, SettingsPayload((4, 1)))),
        ["6.5 SETTINGS on a stream"] = new(ProtocolError, new Http2Frame(Settings, 0, 1, SettingsPayload((4, 1)))),
        ["6.5 SETTINGS of three bytes"] = new(FrameSizeError, new Http2Frame(Settings, 0, 0, [0, 4, 0])),
        ["6.5.2 ENABLE_PUSH of 2"] = new(ProtocolError, new Http2Frame(Settings, 0, 0, SettingsPayload((2, 2)))),
        ["6.5.2 INITIAL_WINDOW_SIZE of 2^31"] = new(FlowControlError, new Http2Frame(Settings, 0, 0, SettingsPayload((4, 1u << 31)))),
        ["6.5.2 MAX_FRAME_SIZE below 2^14"] = new(ProtocolError, new Http2Frame(Settings, 0, 0, SettingsPayload((5, 16383)))),
        ["6.5.2 MAX_FRAME_SIZE of 2^24"] = new(ProtocolError, new Http2Frame(Settings, 0, 0, SettingsPayload((5, 1u << 24)))),
        ["6.6 PUSH_PROMISE from a client"] = new(ProtocolError, Open(1), new(PushPromise, EndHeaders, 1, [0, 0, 0, 2, .. Block(EmptyCall)])),
        ["6.7 PING on a stream"] = new(ProtocolError, new Http2Frame(Ping, 0, 1, new byte[8])),
        ["6.7 PING of six bytes"] = new(FrameSizeError, new Http2Frame(Ping, 0, 0, new byte[6])),
        ["6.8 GOAWAY on a stream"] = new(ProtocolError, new Http2Frame(GoAway, 0, 1, new byte[8])),
        ["6.9 WINDOW_UPDATE of 0 for the connection"] = new(ProtocolError, new Http2Frame(WindowUpdate, 0, 0, new byte[4])),
        ["6.9 WINDOW_UPDATE of 0 for a stream"] = new(ProtocolError, Open(1), new(WindowUpdate, 0, 1, new byte[4])),
        ["6.9 WINDOW_UPDATE of three bytes"] = new(FrameSizeError, new Http2Frame(WindowUpdate, 0, 0, [0, 0, 1])),
        ["6.9.1 a connection's window beyond 2^31-1"] = new(
            FlowControlError, new(WindowUpdate, 0, 0, [0x7f, 255, 255, 255]), new(WindowUpdate, 0, 0, [0x7f, 255, 255, 255])),
        ["6.9.1 a stream's window beyond 2^31-1"] = new(
            FlowControlError, Open(1), new(WindowUpdate, 0, 1, [0x7f, 255, 255, 255]), new(WindowUpdate, 0, 1, [0x7f, 255, 255, 255])),
        ["6.10 CONTINUATION on stream 0"] = new(ProtocolError, Begin(1), new(Continuation, EndHeaders, 0, [])),
        ["6.10 CONTINUATION after the block's end"] = new(ProtocolError, Open(1), new(Continuation, EndHeaders, 1, [])),
        ["6.10 CONTINUATION after DATA"] = new(ProtocolError, Open(1), new(Data, 0, 1, [0]), new(Continuation, EndHeaders, 1, [])),

        ["8.1 a second HEADERS that ends nothing"] = new(ProtocolError, Open(1), Open(1)),
        ["8.1.1 a content-length that is not the body's"] = new(
            ProtocolError, Open(1, EndHeaders, [.. RequestFields(EmptyCall), ("content-length", "1")]), new(Data, EndStream, 1, new byte[5])),
        ["8.2.1 a name in upper case"] = new(ProtocolError, Open(1, EndStream, [.. RequestFields(EmptyCall), ("X-A", "1")])),
        ["8.2.2 a connection header"] = new(ProtocolError, Open(1, EndStream, [.. RequestFields(EmptyCall), ("connection", "keep-alive")])),
        ["8.2.2 te other than trailers"] = new(ProtocolError, Open(1, EndStream, [.. RequestFields(EmptyCall)[..5], ("te", "gzip")])),
        ["8.3 an unknown pseudo-header"] = new(ProtocolError, Open(1, EndStream, [(":x", "1"), .. RequestFields(EmptyCall)])),
        ["8.3 a response's pseudo-header"] = new(ProtocolError, Open(1, EndStream, [(":status", "200"), .. RequestFields(EmptyCall)])),
        ["8.3 a pseudo-header after the others"] = new(ProtocolError, Open(1, EndStream, [.. RequestFields(EmptyCall)[1..], (":method", "POST")])),
        ["8.3 a pseudo-header in trailers"] = new(ProtocolError, Open(1), Open(1, EndStream, [(":method", "POST")])),
        ["8.3.1 no :method"] = new(ProtocolError, Open(1, EndStream, RequestFields(EmptyCall)[1..])),
        ["8.3.1 no :scheme"] = new(ProtocolError, Open(1, EndStream, [RequestFields(EmptyCall)[0], .. RequestFields(EmptyCall)[2..]])),
        ["8.3.1 no :path"] = new(ProtocolError, Open(1, EndStream, [.. RequestFields(EmptyCall)[..2], .. RequestFields(EmptyCall)[3..]])),
        ["8.3.1 an empty :path"] = new(ProtocolError, Open(1, EndStream, RequestFields(""))),
        ["8.3.1 two :method"] = new(ProtocolError, Open(1, EndStream, [(":method", "POST"), .. RequestFields(EmptyCall)])),

        ["HPACK 2.3.3 an index beyond the tables"] = new(CompressionError, Raw([0x80 | 70])),
        ["HPACK 2.3.3 a literal's name beyond the tables"] = new(CompressionError, Raw([0x40 | 62 + 1, 1, (byte)'x'])),
        ["HPACK 4.2 a table size update at the end"] = new(CompressionError, Raw([.. Block(EmptyCall), 0x20])),
        ["HPACK 5.1 an integer without end"] = new(CompressionError, Raw([255, 255, 255, 255, 255, 255, 255, 255, 255])),
        ["HPACK 5.2 Huffman padding beyond seven bits"] = new(CompressionError, Raw([0, 1, (byte)'x', 0x82, 0x1f, 0xff])),
        ["HPACK 5.2 Huffman padding of zeros"] = new(CompressionError, Raw([0, 1, (byte)'x', 0x81, 0x18])),
        ["HPACK 5.2 Huffman end of string"] = new(CompressionError, Raw([0, 1, (byte)'x', 0x84, 255, 255, 255, 255])),
        ["HPACK 5.2 a string beyond its block"] = new(CompressionError, Raw([0, 1, (byte)'x', 0x7e, 1])),
        // Kestrel's word for it; the connection is closed as it must be.
        ["HPACK 6.1 the index 0"] = new(InternalError, Raw([0x80])),
        ["HPACK 6.3 a table larger than allowed"] = new(CompressionError, Raw([0x3f, 0xe1, 255, 255, 3, .. Block(EmptyCall)])),
    };

    private static byte[] Block(string path) => RequestHeaders(path);

    /// <summary>A call that waits for its requests, unless its stream is ended.</summary>
    private static Http2Frame Open(int stream, byte flags = 0) => new(Headers, (byte)(EndHeaders | flags), stream, Block(StreamingCall));

    private static Http2Frame Open(int stream, byte flags, (string, string)[] fields) =>
        new(Headers, (byte)(EndHeaders | flags), stream, HeaderBlock(fields));

    /// <summary>A header block whose end has not come.</summary>
    private static Http2Frame Begin(int stream) => new(Headers, 0, stream, Block(StreamingCall));

    private static Http2Frame Raw(byte[] block) => new(Headers, EndHeaders | EndStream, 1, block);
}
