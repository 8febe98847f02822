using System.Diagnostics;
using System.Net.Sockets;
using Fireball.Zmtp;

namespace Fireball.PeerBenchmark;

/// <summary>Ours; this process is the ROUTER's side, and measures.</summary>
internal sealed class FireballZmtpPeer : IZmtpPeer
{
    /// <summary>The other process starts and connects within this time (arbitrary).</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private readonly ZmtpConnection _connection;
    private readonly PeerProcess _remote;

    private FireballZmtpPeer(ZmtpCarrier carrier, ZmtpConnection connection, PeerProcess remote) =>
        (Carrier, _connection, _remote) = (carrier, connection, remote);

    public string Engine => "Fireball";

    public ZmtpCarrier Carrier { get; }

    public static async Task<IZmtpPeer> StartAsync(ZmtpCarrier carrier)
    {
        using var listener = carrier.Listen();
        var endPoint = listener.LocalEndPoint!.ToString()!;
        var remote = PeerProcess.StartSelf("zmtp-remote", "fireball", endPoint);
        using var patience = new CancellationTokenSource(StartPatience);
        var socket = await listener.AcceptAsync(patience.Token);
        if (carrier == ZmtpCarrier.UnixSocket)
        {
            File.Delete(endPoint);
        }

        var connection = await ZmtpConnection.AcceptAsync(
            new NetworkStream(socket, ownsSocket: true), new ZmtpOptions { SocketType = Zmtp.SocketType.Router }, patience.Token);
        return new FireballZmtpPeer(carrier, connection, remote);
    }

    public async Task<double> EchoAsync(int size, int count)
    {
        var (body, times) = (new byte[size], new double[count]);
        await _remote.TellAsync($"echo {size} {count}");
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            _connection.Write(body);
            await _connection.FlushAsync();
            await ReceiveAsync(1);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return Interleaved.Median(times);
    }

    public async Task<double> OneWayAsync(int size, int count)
    {
        await _remote.TellAsync($"send {size} {count}");
        await ReceiveAsync(1);
        var start = Stopwatch.GetTimestamp();
        await ReceiveAsync(count - 1);
        return (count - 1) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        // Both close, each waiting for the other.
        var remote = _remote.DisposeAsync();
        await _connection.CloseAsync();
        await _connection.DisposeAsync();
        await remote;
    }

    private async Task ReceiveAsync(int count)
    {
        while (count > 0)
        {
            if (!await _connection.WaitToReadAsync())
            {
                throw new InvalidOperationException("the other process has closed; its words are above");
            }

            while (count > 0 && _connection.TryRead(out _))
            {
                count--;
            }
        }
    }
}
