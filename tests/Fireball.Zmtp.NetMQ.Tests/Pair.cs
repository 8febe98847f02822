using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>Connections for tests, and what they send each other.</summary>
internal static class Pair
{
    /// <summary>
    /// A flush that waits so long is taken for stuck: a thousand times what 64 KiB need on loopback. On a machine that is
    /// slower yet the tests ask for less, and never fail by it.
    /// </summary>
    public static readonly TimeSpan Stuck = TimeSpan.FromSeconds(1);

    public static ZmtpOptions Dealer { get; } = new();

    public static ZmtpOptions Router { get; } = new() { SocketType = SocketType.Router };

    /// <summary>A NetMQ DEALER and our own connection as its peer.</summary>
    public static async Task<(IMessageConnection NetMq, ZmtpConnection Peer)> ConnectAsync(
        CancellationToken limit, Func<OwnListener, Task>? before = null)
    {
        var (far, peer) = await OursAsync(limit);
        using var listener = new OwnListener();
        if (before is not null)
        {
            await before(listener);
        }

        return (await DealerConnection.OpenAsync(far, Dealer, listener, limit), peer);
    }

    /// <summary>Two ends of ours.</summary>
    public static async Task<(ZmtpConnection Dealer, ZmtpConnection Router)> OursAsync(CancellationToken limit)
    {
        var (left, right) = await StreamsAsync(limit);
        var router = ZmtpConnection.AcceptAsync(right, Router, limit);
        return (await ZmtpConnection.ConnectAsync(left, Dealer, limit), await router);
    }

    /// <summary>Two ends of a TCP connection.</summary>
    public static async Task<(NetworkStream Left, NetworkStream Right)> StreamsAsync(CancellationToken limit)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var left = await StreamAsync((IPEndPoint)listener.LocalEndpoint, limit);
        return (left, new NetworkStream(await listener.AcceptSocketAsync(limit), ownsSocket: true));
    }

    public static async Task<NetworkStream> StreamAsync(IPEndPoint endPoint, CancellationToken limit)
    {
        var socket = new Socket(AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint, limit);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public static void Write(this IMessageConnection connection, params byte[][] frames) =>
        connection.Write(frames, static (writer, frames) =>
        {
            for (int i = 0; i < frames.Length; i++)
            {
                writer.BeginFrame(frames[i].Length, more: i < frames.Length - 1);
                frames[i].CopyTo(writer.GetSpan(frames[i].Length));
                writer.Advance(frames[i].Length);
            }
        });

    public static async Task SendAsync(this IMessageConnection connection, CancellationToken limit, params byte[][] frames)
    {
        connection.Write(frames);
        await connection.FlushAsync(limit);
    }

    /// <summary>The next message; null: the peer has closed in order.</summary>
    public static async Task<byte[][]?> ReceiveAsync(this IMessageConnection connection, CancellationToken limit)
    {
        if (!await connection.WaitToReadAsync(limit))
        {
            return null;
        }

        Assert.True(connection.TryRead(out var message));
        return [.. Enumerable.Range(0, message.FrameCount).Select(i => (i switch { 0 => message.First, 1 => message.Second, _ => message.Rest![i - 2] }).ToArray())];
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Bytes that differ from place to place.</summary>
    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Messages with everything that frames can be: empty, of one byte, at the borders of both header sizes, long, many.</summary>
    public static byte[][][] Samples { get; } =
    [
        [[]],
        [[1]],
        [[], [], []],
        [Bytes(255), Bytes(256)],
        [Bytes(8191), [], Bytes(8193), [2]],
        [Bytes(65536)],
        [[3], Bytes(1 << 20)],
        [.. Enumerable.Range(0, 100).Select(i => Bytes(i, i))],
    ];
}
