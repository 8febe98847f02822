using System.Net;
using System.Net.Sockets;
using Fireball.TestSupport;
using global::NetMQ;
using global::NetMQ.Sockets;

namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>NetMQ's own sockets, each on the thread of its test, against ours.</summary>
public sealed class InteropTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _limit = new(Patience);

    [Fact]
    public async Task A_NetMQ_DEALER_talks_to_our_ROUTER()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var echoing = Task.Run(async () =>
        {
            var stream = new NetworkStream(await listener.AcceptSocketAsync(_limit.Token), ownsSocket: true);
            await using var connection = await ZmtpConnection.AcceptAsync(stream, Pair.Router, _limit.Token);
            foreach (byte[][] _ in Pair.Samples)
            {
                await connection.SendAsync(_limit.Token, (await connection.ReceiveAsync(_limit.Token))!);
            }

            return (Identity: connection.PeerIdentity.ToArray(), connection.PeerSocketType);
        });
        await OnThread(() =>
        {
            using var dealer = new DealerSocket();
            dealer.Options.Identity = Pair.Text("me");
            dealer.Connect($"tcp://{listener.LocalEndpoint}");
            foreach (byte[][] sample in Pair.Samples)
            {
                dealer.SendMultipartBytes(sample);
                Assert.Equal(sample, Receive(dealer));
            }
        });
        var peer = await echoing;
        Assert.Equal("me"u8.ToArray(), peer.Identity);
        Assert.Equal(SocketType.Dealer, peer.PeerSocketType);
    }

    [Fact]
    public async Task Our_DEALER_talks_to_a_NetMQ_ROUTER()
    {
        var bound = new TaskCompletionSource<int>();
        var routing = OnThread(() =>
        {
            using var router = new RouterSocket();
            bound.SetResult(router.BindRandomPort("tcp://127.0.0.1"));
            foreach (byte[][] _ in Pair.Samples)
            {
                byte[][] received = Receive(router);
                Assert.Equal("us"u8.ToArray(), received[0]);
                router.SendMultipartBytes(received);
            }

            // Closed only when all has arrived: NetMQ would lose it.
            Assert.Equal(["us"u8.ToArray(), "done"u8.ToArray()], Receive(router));
        });
        await using var dealer = await ZmtpConnection.ConnectAsync(
            await Pair.StreamAsync(new IPEndPoint(IPAddress.Loopback, await bound.Task.WaitAsync(_limit.Token)), _limit.Token),
            new ZmtpOptions { Identity = Pair.Text("us") },
            _limit.Token);
        foreach (byte[][] sample in Pair.Samples)
        {
            await dealer.SendAsync(_limit.Token, sample);
            Assert.Equal(sample, await dealer.ReceiveAsync(_limit.Token));
        }

        await dealer.SendAsync(_limit.Token, Pair.Text("done"));
        await routing.WaitAsync(_limit.Token);
    }

    [Fact]
    public async Task Heartbeats_of_NetMQ_are_answered()
    {
        var counted = new TaskCompletionSource();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var beating = OnThread(() =>
        {
            using var dealer = new DealerSocket();
            dealer.Options.HeartbeatInterval = TimeSpan.FromMilliseconds(10);

            // Unanswered, it would close the connection and make another, which is not accepted here.
            dealer.Options.HeartbeatTimeout = TimeSpan.FromSeconds(5);
            dealer.Connect($"tcp://{listener.LocalEndpoint}");
            dealer.SendFrame("before");
            Assert.True(counted.Task.Wait(Patience));
            dealer.SendFrame("after");
            Assert.Equal(["end"u8.ToArray()], Receive(dealer));
        });
        var pongs = new CountingStream(new NetworkStream(await listener.AcceptSocketAsync(_limit.Token), ownsSocket: true));
        await using var connection = await ZmtpConnection.AcceptAsync(pongs, Pair.Router, _limit.Token);
        Assert.Equal(["before"u8.ToArray()], await connection.ReceiveAsync(_limit.Token));
        int before = pongs.Writes;
        var reading = connection.ReceiveAsync(_limit.Token);
        await pongs.WritesReachAsync(before + 10, _limit.Token);
        counted.SetResult();
        Assert.Equal(["after"u8.ToArray()], await reading);
        await connection.SendAsync(_limit.Token, Pair.Text("end"));
        await beating.WaitAsync(_limit.Token);
    }

    public void Dispose() => _limit.Dispose();

    internal static byte[][] Receive(NetMQSocket socket)
    {
        List<byte[]> frames = [];
        Assert.True(socket.TryReceiveMultipartBytes(Patience, ref frames!, expectedFrameCount: 2));
        return [.. frames];
    }

    /// <summary>NetMQ's sockets are blocked on, by one thread each.</summary>
    internal static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
