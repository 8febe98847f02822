using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fireball.Zmtp;

namespace Fireball.PeerBenchmark;

/// <summary>The DEALER's side, in the other process: does as the lines on its standard input say.</summary>
internal static class FireballZmtpRemote
{
    /// <summary>Bytes written before a flush is waited for: 64 KiB, the size of what Fireball sends at a time.</summary>
    private const int FlushAt = 64 * 1024;

    public static async Task RunAsync(EndPoint endPoint)
    {
        var tcp = endPoint is IPEndPoint;
        var socket = new Socket(
            endPoint.AddressFamily, System.Net.Sockets.SocketType.Stream, tcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        await socket.ConnectAsync(endPoint);
        await using var connection = await ZmtpConnection.ConnectAsync(new NetworkStream(socket, ownsSocket: true), new ZmtpOptions());
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var (body, count) = (new byte[int.Parse(words[1], CultureInfo.InvariantCulture)], int.Parse(words[2], CultureInfo.InvariantCulture));
            await (words[0] == "echo" ? EchoAsync(connection, body, count) : SendAsync(connection, body, count));
        }

        await connection.CloseAsync();
    }

    /// <summary>Writes a message of one frame into the send buffer.</summary>
    public static void Write(this ZmtpConnection connection, byte[] body) =>
        connection.Write(body, static (writer, body) =>
        {
            writer.BeginFrame(body.Length, more: false);
            body.CopyTo(writer.GetSpan(body.Length));
            writer.Advance(body.Length);
        });

    private static async Task EchoAsync(ZmtpConnection connection, byte[] body, int count)
    {
        while (count > 0 && await connection.WaitToReadAsync())
        {
            for (; connection.TryRead(out _); count--)
            {
                connection.Write(body);
            }

            await connection.FlushAsync();
        }
    }

    private static async Task SendAsync(ZmtpConnection connection, byte[] body, int count)
    {
        for (var i = 0; i < count; i++)
        {
            connection.Write(body);
            if (connection.UnsentBytes >= FlushAt)
            {
                await connection.FlushAsync();
            }
        }

        await connection.FlushAsync();
    }
}
