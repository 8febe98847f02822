using System.Buffers;
using System.Net.Sockets;
using System.Text;

namespace Fireball.Zmtp.Tests;

/// <summary>Connected peers, and messages as text.</summary>
internal static class Connections
{
    public static readonly PlainCredentials Credentials = new("fireball", "open sesame");

    public static ZmtpOptions Client(MechanismKind mechanism) => new()
    {
        SocketType = SocketType.Dealer,
        Mechanism = mechanism,
        Credentials = Credentials,
    };

    public static ZmtpOptions Server(MechanismKind mechanism) => new()
    {
        SocketType = SocketType.Router,
        Mechanism = mechanism,
        PlainValidator = Credentials.Matches,
    };

    public static Task<(ZmtpConnection Client, ZmtpConnection Server)> PairAsync(MechanismKind mechanism) =>
        PairAsync(Client(mechanism), Server(mechanism));

    public static async Task<(ZmtpConnection Client, ZmtpConnection Server)> PairAsync(
        ZmtpOptions client, ZmtpOptions server)
    {
        var (a, b) = await StreamPairAsync();
        var accepting = ZmtpConnection.AcceptAsync(b, server);
        return (await ZmtpConnection.ConnectAsync(a, client), await accepting);
    }

    /// <summary>The server's end of the next connection, after its handshake.</summary>
    public static async Task<ZmtpConnection> AcceptAsync(this TcpListener listener, ZmtpOptions server) =>
        await ZmtpConnection.AcceptAsync(new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true), server);

    /// <summary>Both ends of a Unix-domain connection.</summary>
    public static async Task<(NetworkStream Client, NetworkStream Server)> StreamPairAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), $"zmtp-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var client = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        var server = await listener.AcceptAsync();
        File.Delete(path);
        return (new NetworkStream(client, ownsSocket: true), new NetworkStream(server, ownsSocket: true));
    }

    public static ValueTask SendAsync(this ZmtpConnection connection, params string[] frames) =>
        connection.SendAsync(Array.ConvertAll(frames, Encoding.UTF8.GetBytes));

    public static ValueTask SendAsync(this ZmtpConnection connection, params byte[][] frames)
    {
        connection.Write(frames, static (writer, frames) =>
        {
            for (var i = 0; i < frames.Length; i++)
            {
                writer.BeginFrame(frames[i].Length, i < frames.Length - 1);
                writer.Write(frames[i]);
            }
        });
        return connection.FlushAsync();
    }

    public static async Task<string[]> ReceiveTextAsync(this ZmtpConnection connection) =>
        Array.ConvertAll(await connection.ReceiveAsync(), Encoding.UTF8.GetString);

    /// <summary>The next message; 30 s turn a hang into a failure.</summary>
    public static async Task<byte[][]> ReceiveAsync(this ZmtpConnection connection)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.True(await connection.WaitToReadAsync(timeout.Token), "the peer closed");
        Assert.True(connection.TryRead(out var message));
        ReadOnlySequence<byte>[] frames = message.FrameCount switch
        {
            1 => [message.First],
            2 => [message.First, message.Second],
            _ => [message.First, message.Second, .. message.Rest!],
        };
        return Array.ConvertAll(frames, static frame => frame.ToArray());
    }
}
