using System.Net;
using global::NetMQ;
using global::NetMQ.Sockets;

namespace Fireball.Zmtp.NetMQ.Tests;

/// <summary>A NetMQ ROUTER's peers as connections.</summary>
public sealed class RouterHostTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private readonly TaskCompletionSource<Exception> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NetMqRouterHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await NetMqRouterHost.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), Pair.Router, "the end"u8.ToArray(), e => _refused.TrySetResult(e), _limit.Token);

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Each_identity_is_a_connection_and_answers_go_to_their_own()
    {
        await using var first = await ConnectAsync("first");
        await using var second = await ConnectAsync();
        await first.SendAsync(_limit.Token, Pair.Text("1"));
        await using var serverOfFirst = await _host.AcceptAsync(_limit.Token);
        await second.SendAsync(_limit.Token, Pair.Text("2"));
        await using var serverOfSecond = await _host.AcceptAsync(_limit.Token);
        Assert.Equal(["1"u8.ToArray()], await serverOfFirst.ReceiveAsync(_limit.Token));
        Assert.Equal(["2"u8.ToArray()], await serverOfSecond.ReceiveAsync(_limit.Token));
        foreach (byte[][] sample in Pair.Samples)
        {
            await serverOfFirst.SendAsync(_limit.Token, sample);
            await serverOfSecond.SendAsync(_limit.Token, Pair.Text("other"));
            Assert.Equal(sample, await first.ReceiveAsync(_limit.Token));
            Assert.Equal(["other"u8.ToArray()], await second.ReceiveAsync(_limit.Token));
            await first.SendAsync(_limit.Token, sample);
            Assert.Equal(sample, await serverOfFirst.ReceiveAsync(_limit.Token));
        }
    }

    [Fact]
    public async Task A_NetMQ_DEALER_is_served()
    {
        var asking = InteropTests.OnThread(() =>
        {
            using var dealer = new DealerSocket();
            dealer.Connect($"tcp://{_host.LocalEndPoint}");
            foreach (byte[][] sample in Pair.Samples)
            {
                dealer.SendMultipartBytes(sample);
                Assert.Equal(sample, InteropTests.Receive(dealer));
            }
        });
        await using var server = await _host.AcceptAsync(_limit.Token);
        while (await server.ReceiveAsync(_limit.Token) is { } message)
        {
            await server.SendAsync(_limit.Token, message);
        }

        await asking;
    }

    [Fact]
    public async Task A_peers_end_is_told_after_its_messages()
    {
        await using var client = await ConnectAsync();
        for (int i = 0; i < 500; i++)
        {
            client.Write(Pair.Bytes(i, i));
        }

        await client.CloseAsync(_limit.Token);
        await using var server = await _host.AcceptAsync(_limit.Token);
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(Pair.Bytes(i, i), (await server.ReceiveAsync(_limit.Token))![0]);
        }

        Assert.Null(await server.ReceiveAsync(_limit.Token));
        var failure = await Assert.ThrowsAsync<ZmtpException>(() => server.SendAsync(_limit.Token, Pair.Text("more")));
        Assert.Contains("the peer closed the connection", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_makes_its_own_writer_wait_and_no_other()
    {
        await using var slow = await ConnectAsync();
        await slow.SendAsync(_limit.Token, Pair.Text("slow"));
        await using var server = await _host.AcceptAsync(_limit.Token);
        byte[] chunk = Pair.Bytes(65536);

        // NetMQ's queue, what the two ends of the TCP connection buffer, and one more.
        const int Most = NetMqRouterHost.QueuedMessages + ((16 << 20) / 65536) + 1;
        int written = 0;
        while (written <= 2 * Most)
        {
            written++;
            server.Write(chunk);
            var flush = server.FlushAsync(_limit.Token).AsTask();
            if (await Task.WhenAny(flush, Task.Delay(Pair.Stuck, _limit.Token)) != flush)
            {
                break;
            }
        }

        Assert.InRange(written, 1, Most);
        await using var other = await ConnectAsync();
        await other.SendAsync(_limit.Token, Pair.Text("other"));
        await using var serverOfOther = await _host.AcceptAsync(_limit.Token);
        await serverOfOther.SendAsync(_limit.Token, Pair.Text("answer"));
        Assert.Equal("answer"u8.ToArray(), (await other.ReceiveAsync(_limit.Token))![0]);
        for (int i = 0; i < written; i++)
        {
            Assert.Equal(chunk, (await slow.ReceiveAsync(_limit.Token))![0]);
        }

        Assert.Equal(0, server.UnsentBytes);
    }

    [Fact]
    public async Task What_is_not_read_is_bounded_and_arrives_when_it_is()
    {
        await using var client = await ConnectAsync();
        byte[] chunk = Pair.Bytes(65536);

        // What the host takes, NetMQ's own 1,000 messages, and the buffers of the TCP connection.
        const int Most = (int)(NetMqRouterHost.MaxUnreadBytes / 65536) + 1000 + ((16 << 20) / 65536);
        int written = 0;
        while (written <= 2 * Most)
        {
            written++;
            client.Write(chunk);
            var flush = client.FlushAsync(_limit.Token).AsTask();
            if (await Task.WhenAny(flush, Task.Delay(Pair.Stuck, _limit.Token)) != flush)
            {
                break;
            }
        }

        Assert.InRange(written, 1, Most);
        await using var server = await _host.AcceptAsync(_limit.Token);
        for (int i = 0; i < written; i++)
        {
            Assert.Equal(chunk, (await server.ReceiveAsync(_limit.Token))![0]);
        }
    }

    [Fact]
    public async Task One_peer_too_many_is_refused_with_the_reason_and_the_others_are_served()
    {
        List<ZmtpConnection> clients = [];
        for (int i = 0; i <= NetMqRouterHost.MaxPeers; i++)
        {
            clients.Add(await ConnectAsync());
            await clients[i].SendAsync(_limit.Token, Pair.Text("hello"));
            if (i < NetMqRouterHost.MaxPeers)
            {
                var server = await _host.AcceptAsync(_limit.Token);
                await server.SendAsync(_limit.Token, Pair.Text("welcome"));
                Assert.Equal("welcome"u8.ToArray(), (await clients[i].ReceiveAsync(_limit.Token))![0]);
            }
        }

        Assert.Contains("there are 256 others", (await _refused.Task.WaitAsync(_limit.Token)).Message, StringComparison.Ordinal);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Disposed_it_ends_every_connection()
    {
        await using var client = await ConnectAsync();
        await client.SendAsync(_limit.Token, Pair.Text("hello"));
        var server = await _host.AcceptAsync(_limit.Token);
        for (int i = 0; i < 200; i++)
        {
            server.Write(Pair.Bytes(1000, i));
        }

        var flush = server.FlushAsync(_limit.Token);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(Pair.Bytes(1000, i), (await client.ReceiveAsync(_limit.Token))![0]);
        }

        await flush;
        await _host.DisposeAsync();
        try
        {
            // The end mark; or NetMQ's reset was faster.
            while (await client.ReceiveAsync(_limit.Token) is { } message)
            {
                Assert.Equal(["the end"u8.ToArray()], message);
            }
        }
        catch (ZmtpException)
        {
            // As above.
        }

        Assert.Contains("the host was disposed", Assert.Throws<ZmtpException>(() => server.Write(Pair.Text("more"))).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("0.0.0.0"), InlineData("192.0.2.1"), InlineData("::1")]
    public async Task It_listens_on_loopback_alone(string address) =>
        await Assert.ThrowsAsync<ArgumentException>(() => NetMqRouterHost.StartAsync(new IPEndPoint(IPAddress.Parse(address), 0), Pair.Router));

    [Fact]
    public async Task A_port_that_is_taken_is_told() =>
        Assert.Contains(
            $"{_host.LocalEndPoint}",
            (await Assert.ThrowsAsync<IOException>(() => NetMqRouterHost.StartAsync(_host.LocalEndPoint, Pair.Router))).Message,
            StringComparison.Ordinal);

    private async Task<ZmtpConnection> ConnectAsync(string identity = "") => await ZmtpConnection.ConnectAsync(
        await Pair.StreamAsync(_host.LocalEndPoint, _limit.Token),
        new ZmtpOptions { Identity = Pair.Text(identity) },
        _limit.Token);
}
