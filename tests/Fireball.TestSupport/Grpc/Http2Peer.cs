using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Fireball.TestSupport;

/// <summary>A peer that writes HTTP/2 frames by hand (RFC 9113, 4.1), to do what no client does.</summary>
public sealed class Http2Peer : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Priority = 2;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte PushPromise = 5;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
    public const byte EndStream = 0x1;
    public const byte Ack = 0x1;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;
    public const byte WithPriority = 0x20;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly MemoryStream _unsent = new();
    private readonly byte[] _received = new byte[64 * 1024];
    private bool _reset;

    /// <summary>Connects and sends the preface with these settings (identifier, value).</summary>
    public static async Task<Http2Peer> ConnectAsync(string socketPath, params (ushort Identifier, uint Value)[] settings)
    {
        var peer = await ConnectSilentlyAsync(socketPath);
        peer._unsent.Write(Preface);
        peer.Write(Settings, 0, 0, SettingsPayload(settings));
        return peer;
    }

    /// <summary>Connects and sends nothing by itself.</summary>
    public static async Task<Http2Peer> ConnectSilentlyAsync(string socketPath)
    {
        var peer = new Http2Peer();
        await peer._socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath));
        return peer;
    }

    /// <summary>What a client says first (RFC 9113, 3.4).</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Identifier (16), Value (32), one after the other (RFC 9113, 6.5.1).</summary>
    public static byte[] SettingsPayload(params (ushort Identifier, uint Value)[] settings)
    {
        var payload = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), settings[i].Identifier);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(i * 6 + 2), settings[i].Value);
        }

        return payload;
    }

    /// <summary>The fields of a gRPC request.</summary>
    public static (string Name, string Value)[] RequestFields(string path) =>
    [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
        ("content-type", "application/grpc"), ("te", "trailers"),
    ];

    /// <summary>The header block of a gRPC request.</summary>
    public static byte[] RequestHeaders(string path) => HeaderBlock(RequestFields(path));

    /// <summary>A header block, every field a literal without indexing (RFC 7541, 6.2.2).</summary>
    public static byte[] HeaderBlock(params (string Name, string Value)[] fields)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            foreach (var text in new[] { name, value })
            {
                block.WriteByte((byte)text.Length);
                block.Write(Encoding.ASCII.GetBytes(text));
            }
        }

        return block.ToArray();
    }

    /// <summary>Bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => _unsent.Write(bytes);

    /// <summary>A frame.</summary>
    public void Write(Http2Frame frame) => Write(frame.Type, frame.Flags, frame.Stream, frame.Payload);

    /// <summary>Length (24), Type (8), Flags (8), Stream Identifier (31), Payload.</summary>
    public void Write(byte type, byte flags, int stream, byte[] payload)
    {
        Span<byte> header = stackalloc byte[9];
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)payload.Length << 8 | type);
        header[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(header[5..], stream);
        _unsent.Write(header);
        _unsent.Write(payload);
    }

    /// <summary>Sends what was written; false: the other side has closed, or the token was cancelled before it took it.</summary>
    public async Task<bool> FlushAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _socket.SendAsync(_unsent.GetBuffer().AsMemory(0, (int)_unsent.Length), cancellationToken);
            _unsent.SetLength(0);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Reads what is there, waiting for at least one byte; 0: the other side has closed.</summary>
    public async Task<int> ReadAsync() => await _socket.ReceiveAsync(_received);

    /// <summary>The next frame; null: the other side has closed.</summary>
    public async Task<Http2Frame?> ReadFrameAsync()
    {
        if (await ReadAsync(9) is not { } header)
        {
            return null;
        }

        var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(header) >> 8);
        return await ReadAsync(length) is { } payload
            ? new Http2Frame(header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload)
            : null;
    }

    /// <summary>Reads until either side closes.</summary>
    public async Task<Http2Received> ReadToEndAsync()
    {
        var all = new Http2Received(Headers: 0, DataBytes: 0, GoAway: null, Reset: false);
        while (await ReadFrameAsync() is { } frame)
        {
            all = frame.Type switch
            {
                Headers => all with { Headers = all.Headers + 1 },
                Data => all with { DataBytes = all.DataBytes + frame.Payload.Length },
                GoAway => all with { GoAway = frame.ErrorCode },
                _ => all,
            };
        }

        return all with { Reset = _reset };
    }

    public void Dispose()
    {
        _socket.Dispose();
        _unsent.Dispose();
    }

    private async Task<byte[]?> ReadAsync(int length)
    {
        var buffer = new byte[length];
        try
        {
            for (var got = 0; got < length;)
            {
                var read = await _socket.ReceiveAsync(buffer.AsMemory(got));
                if (read == 0)
                {
                    return null;
                }

                got += read;
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Closed as well: by a reset, or by us.
            _reset = true;
            return null;
        }

        return buffer;
    }
}
