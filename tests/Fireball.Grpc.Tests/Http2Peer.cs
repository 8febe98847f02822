using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Fireball.Grpc.Tests;

/// <summary>A peer that writes HTTP/2 frames by hand (RFC 9113, 4.1), to do what no client does.</summary>
public sealed class Http2Peer : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
    public const byte EndStream = 0x1;
    public const byte EndHeaders = 0x4;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly MemoryStream _unsent = new();
    private readonly byte[] _received = new byte[64 * 1024];

    /// <summary>Connects and sends the preface with these settings (identifier, value).</summary>
    public static async Task<Http2Peer> ConnectAsync(string socketPath, params (ushort Identifier, uint Value)[] settings)
    {
        var peer = new Http2Peer();
        await peer._socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath));
        peer._unsent.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        var payload = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), settings[i].Identifier);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(i * 6 + 2), settings[i].Value);
        }

        peer.Write(Settings, 0, 0, payload);
        return peer;
    }

    /// <summary>The header block of a gRPC request, every field a literal (RFC 7541, 6.2.2).</summary>
    public static byte[] RequestHeaders(string path)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in new[]
        {
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"),
        })
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

    /// <summary>Sends what was written; false: the other side has closed.</summary>
    public async Task<bool> FlushAsync()
    {
        try
        {
            await _socket.SendAsync(_unsent.GetBuffer().AsMemory(0, (int)_unsent.Length));
            _unsent.SetLength(0);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Reads what is there, waiting for at least one byte; 0: the other side has closed.</summary>
    public async Task<int> ReadAsync() => await _socket.ReceiveAsync(_received);

    /// <summary>Reads until the other side closes; false: by a reset.</summary>
    public async Task<bool> ReadToEndAsync()
    {
        try
        {
            while (await ReadAsync() > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _unsent.Dispose();
    }
}
