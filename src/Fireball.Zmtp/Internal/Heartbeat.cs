using System.Buffers.Binary;

namespace Fireball.Zmtp;

/// <summary>The commands PING and PONG, RFC 37 "Heartbeating".</summary>
/// <remarks>
/// <code>
/// PING data:  2 bytes TTL in tenths of a second, big-endian, 0 for none;  0 to 16 bytes context
/// PONG data:  the context of the PING it answers
/// </code>
/// </remarks>
internal static class Heartbeat
{
    public const int MaxContextSize = 16;

    /// <summary>The longest PING or PONG body: name, TTL, context.</summary>
    public const int MaxBodySize = 1 + 4 + 2 + MaxContextSize;

    public static bool TryParsePing(ReadOnlySpan<byte> data, out TimeSpan ttl, out ReadOnlySpan<byte> context)
    {
        ttl = default;
        context = default;
        if (data.Length is < 2 or > 2 + MaxContextSize)
        {
            return false;
        }

        ttl = TimeSpan.FromMilliseconds(100 * BinaryPrimitives.ReadUInt16BigEndian(data));
        context = data[2..];
        return true;
    }

    /// <summary>Writes the body of PING without context; returns its size.</summary>
    public static int WritePing(Span<byte> destination, TimeSpan ttl)
    {
        "\u0004PING"u8.CopyTo(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[5..], (ushort)(ttl.TotalMilliseconds / 100));
        return 7;
    }

    /// <summary>Writes the body of PONG; returns its size.</summary>
    public static int WritePong(Span<byte> destination, ReadOnlySpan<byte> context)
    {
        "\u0004PONG"u8.CopyTo(destination);
        context.CopyTo(destination[5..]);
        return 5 + context.Length;
    }
}
