using System.Buffers.Binary;

namespace Fireball.TestSupport;

/// <summary>A frame of HTTP/2 (RFC 9113, 4.1).</summary>
public sealed record Http2Frame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    /// <summary>Of a RST_STREAM or GOAWAY frame: its error code (RFC 9113, 7).</summary>
    public int ErrorCode => BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(Type == Http2Peer.GoAway ? 4 : 0));

    public bool EndsStream => Type is Http2Peer.Data or Http2Peer.Headers && (Flags & Http2Peer.EndStream) != 0;
}
