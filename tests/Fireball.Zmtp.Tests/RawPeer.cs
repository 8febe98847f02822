using System.Net.Sockets;

namespace Fireball.Zmtp.Tests;

/// <summary>A peer that sends whatever bytes it is told.</summary>
internal static class RawPeer
{
    /// <summary>What a well-behaved NULL DEALER sends before its first message.</summary>
    public static byte[] Handshake { get; } =
    [
        .. GreetingOf("NULL"),
        .. "\u0004\u0029\u0005READY\u000bSocket-Type\0\0\0\u0006DEALER\u0008Identity\0\0\0\0"u8,
    ];

    public static byte[] GreetingOf(string mechanism)
    {
        var greeting = new byte[64];
        Greeting.Write(greeting, MechanismKind.Null, asServer: false);
        greeting.AsSpan(12, 20).Clear();
        System.Text.Encoding.ASCII.GetBytes(mechanism).CopyTo(greeting, 12);
        return greeting;
    }

    /// <summary>A server connection of ours, after the handshake, and the raw stream at its other end.</summary>
    public static async Task<(ZmtpConnection Connection, NetworkStream Raw)> ConnectedAsync(ZmtpOptions? options = null)
    {
        var (raw, stream) = await Connections.StreamPairAsync();
        await raw.WriteAsync(Handshake);
        var connection = await ZmtpConnection.AcceptAsync(stream, options ?? Connections.Server(MechanismKind.Null));
        await raw.ReadExactlyAsync(new byte[64]);
        var header = new byte[2];
        await raw.ReadExactlyAsync(header);
        await raw.ReadExactlyAsync(new byte[header[1]]);
        return (connection, raw);
    }

    /// <summary>Everything the other side still sends, until it closes.</summary>
    public static async Task<byte[]> ReadToEndAsync(this NetworkStream raw)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var all = new MemoryStream();
        try
        {
            await raw.CopyToAsync(all, timeout.Token);
        }
        catch (IOException)
        {
            // Reset: closed with our bytes unread.
        }

        return all.ToArray();
    }
}
